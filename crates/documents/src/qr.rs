//! QR codes as a drawing of one path, so that a page holds one object and not a thousand squares.

use std::fmt::Write as _;

use qrcode::types::QrError;
use qrcode::{Color, EcLevel, QrCode, Version};

/// Size of the code of a printed notice, whatever its text ("Avvisi di pagamento" 3.4.0: 33 modules a side).
const NOTICE_VERSION: Version = Version::Normal(4);

/// An SVG of the QR code of `text`, as small as it can be.
pub(crate) fn svg(text: &str) -> Result<String, QrError> {
    Ok(drawing(&QrCode::with_error_correction_level(text, EcLevel::M)?, "#17212b"))
}

/// An SVG of the QR code of a notice, black, of the size that the rule demands.
pub(crate) fn notice_svg(text: &str) -> Result<String, QrError> {
    Ok(drawing(&QrCode::with_version(text, NOTICE_VERSION, EcLevel::M)?, "#000"))
}

/// Dark on nothing, without the quiet zone (the template leaves it white).
fn drawing(code: &QrCode, ink: &str) -> String {
    let width = code.width();
    let colors = code.to_colors();
    let mut path = String::new();
    for (row, modules) in colors.chunks(width).enumerate() {
        let mut column = 0;
        while column < width {
            let run = modules[column..].iter().take_while(|color| **color == Color::Dark).count();
            if run > 0 {
                write!(path, "M{column} {row}h{run}v1h-{run}z").expect("writing to a String cannot fail");
            }
            column += run.max(1);
        }
    }
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {width}"><path fill="{ink}" d="{path}"/></svg>"##
    )
}

#[cfg(test)]
mod tests {
    use super::{notice_svg, svg};

    #[test]
    fn the_code_is_one_path_with_its_finder() {
        let drawing = svg("https://servizi.comune.example/p/1").expect("a short address fits");
        assert_eq!(drawing.matches("<path").count(), 1);
        assert!(drawing.contains("M0 0h7v1h-7z"), "the first row begins with seven dark modules of the finder");
    }

    #[test]
    fn the_code_of_a_notice_has_33_modules_for_the_shortest_and_the_longest_text() {
        for cents in ["1", "99999999999"] {
            let drawing = notice_svg(&format!("PAGOPA|002|302000000000000184|99999000013|{cents}"));
            assert!(drawing.expect("it fits").contains("viewBox=\"0 0 33 33\""), "{cents}");
        }
    }

    #[test]
    fn a_text_too_long_for_a_code_is_an_error() {
        assert!(svg(&"x".repeat(4000)).is_err());
    }
}
