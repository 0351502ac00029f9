//! QR codes as a drawing of one path, so that a page holds one object and not a thousand squares.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// An SVG of the QR code of `text`, dark on nothing, without the quiet zone (the template leaves it white).
pub(crate) fn svg(text: &str) -> Result<String, qrcode::types::QrError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)?;
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
    Ok(format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {width}"><path fill="#17212b" d="{path}"/></svg>"##
    ))
}

#[cfg(test)]
mod tests {
    use super::svg;

    #[test]
    fn the_code_is_one_path_with_its_finder() {
        let drawing = svg("https://servizi.comune.example/p/1").expect("a short address fits");
        assert_eq!(drawing.matches("<path").count(), 1);
        assert!(drawing.contains("M0 0h7v1h-7z"), "the first row begins with seven dark modules of the finder");
    }

    #[test]
    fn a_text_too_long_for_a_code_is_an_error() {
        assert!(svg(&"x".repeat(4000)).is_err());
    }
}
