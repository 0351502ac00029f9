//! The colours of an ente: checked for contrast, served as a small style sheet of its own.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};
use sportello_domain::ente::Theme;

use crate::{
    cx::Cx,
    error::{Error, Result},
};

/// Least contrast of text and its ground (WCAG 2.1, 1.4.3), times one hundred.
const CONTRAST_MIN: u32 = 450;

/// Why a theme is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThemeError {
    /// Not a colour.
    #[error("{name} is not a colour like #0a5687")]
    NotAColour {
        /// Which setting.
        name: &'static str,
    },
    /// Too little contrast.
    #[error("{name} has a contrast of {}.{:02}:1 where at least 4.50:1 is needed", .ratio / 100, .ratio % 100)]
    LowContrast {
        /// Which pair.
        name: &'static str,
        /// The contrast, times one hundred.
        ratio: u32,
    },
}

/// Checks a theme: white on `primary` and on `dark`, `primary` and `dark` on `tint`, each at least 4.5:1.
///
/// # Errors
/// [`ThemeError`] naming the first colour that is none or is too weak.
pub fn check(theme: &Theme) -> Result<(), ThemeError> {
    let colour = |name, text| luminance(text).ok_or(ThemeError::NotAColour { name });
    let primary = colour("primary", &theme.primary)?;
    let dark = colour("dark", &theme.dark)?;
    let tint = colour("tint", &theme.tint)?;
    for (name, one, other) in [
        ("primary on white", primary, 1.0),
        ("dark on white", dark, 1.0),
        ("primary on tint", primary, tint),
        ("dark on tint", dark, tint),
    ] {
        let ratio = contrast(one, other);
        if ratio < CONTRAST_MIN {
            return Err(ThemeError::LowContrast { name, ratio });
        }
    }
    Ok(())
}

/// Path of the style sheet of a theme; the hash changes with the colours.
pub fn path(theme: &Theme) -> String {
    let hash = Sha256::digest(sheet(theme).as_bytes());
    format!("/tema/{}.css", hex::encode(&hash[..6]))
}

/// Answers the style sheet of the ente.
pub async fn serve(cx: Cx) -> Result<Response> {
    let theme = &cx.ctx.ente.settings.theme;
    if path(theme) != *cx.path {
        return Err(Error::NotFound);
    }
    Ok(answer(theme))
}

/// The style sheet of a theme, for good: its name changes when its colours do.
pub(crate) fn answer(theme: &Theme) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, sheet(theme)).into_response()
}

/// The style sheet. A theme that does not pass [`check`] gives an empty one: the portal's own colours stay.
fn sheet(theme: &Theme) -> String {
    if check(theme).is_err() {
        return String::new();
    }
    format!(":root{{--ente:{};--ente-scuro:{};--ente-tinta:{}}}", theme.primary, theme.dark, theme.tint)
}

/// Relative luminance of `#rrggbb` (WCAG 2.1).
fn luminance(colour: &str) -> Option<f64> {
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let mut sum = 0.0;
    for (index, weight) in [0.2126, 0.7152, 0.0722].into_iter().enumerate() {
        let value = u8::from_str_radix(&digits[index * 2..index * 2 + 2], 16).ok()?;
        let share = f64::from(value) / 255.0;
        let linear = if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) };
        sum += weight * linear;
    }
    Some(sum)
}

/// Contrast of two luminances, times one hundred, rounded down.
fn contrast(one: f64, other: f64) -> u32 {
    let ratio = (one.max(other) + 0.05) / (one.min(other) + 0.05);
    (ratio * 100.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme(primary: &str, dark: &str, tint: &str) -> Theme {
        Theme { primary: primary.into(), dark: dark.into(), tint: tint.into() }
    }

    #[test]
    fn weak_and_broken_colours_are_refused() {
        assert_eq!(check(&theme("#0a5687", "#073a5c", "#eef5fa")), Ok(()));
        assert_eq!(
            check(&theme("#777777", "#073a5c", "#eef5fa")),
            Err(ThemeError::LowContrast { name: "primary on white", ratio: 447 })
        );
        for bad in ["0a5687", "#0a568", "#0a568g", "red", "#é5687"] {
            assert_eq!(check(&theme(bad, "#073a5c", "#eef5fa")), Err(ThemeError::NotAColour { name: "primary" }));
        }
        assert_eq!(contrast(luminance("#ffffff").unwrap(), luminance("#000000").unwrap()), 2100);
    }

    #[test]
    fn a_refused_theme_writes_nothing_into_the_sheet() {
        assert_eq!(sheet(&theme("red;}body{display:none", "#073a5c", "#eef5fa")), "");
    }
}
