//! QR codes as a drawing of one path, so that a page holds one object and not a thousand squares.

use std::fmt::Write as _;

use qrcode::bits::{self, Bits};
use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::types::QrError;
use qrcode::{Color, EcLevel, Version, ec};

/// Size of the code of a printed notice, whatever its text ("Avvisi di pagamento" 3.4.0: 33 modules a side).
const NOTICE_VERSION: Version = Version::Normal(4);
/// How much of a code may be spoilt: about 15 %.
const LEVEL: EcLevel = EcLevel::M;
/// The masks of ISO/IEC 18004, 7.8.2.
const MASKS: [MaskPattern; 8] = [
    MaskPattern::Checkerboard,
    MaskPattern::HorizontalLines,
    MaskPattern::VerticalLines,
    MaskPattern::DiagonalLines,
    MaskPattern::LargeCheckerboard,
    MaskPattern::Fields,
    MaskPattern::Diamonds,
    MaskPattern::Meadow,
];

/// An SVG of the QR code of `text`, as small as it can be.
pub(crate) fn svg(text: &str) -> Result<String, QrError> {
    Ok(drawing(&Code::new(bits::encode_auto(text.as_bytes(), LEVEL)?)?, "#17212b"))
}

/// An SVG of the QR code of a notice, black, of the size that the rule demands.
pub(crate) fn notice_svg(text: &str) -> Result<String, QrError> {
    let mut bits = Bits::new(NOTICE_VERSION);
    bits.push_optimal_data(text.as_bytes())?;
    bits.push_terminator(LEVEL)?;
    Ok(drawing(&Code::new(bits)?, "#000"))
}

/// The modules of a code, row by row.
struct Code {
    width: usize,
    modules: Vec<Color>,
}

impl Code {
    /// The code of `bits` under the mask that reads best. The library would choose the same one, at twice the cost.
    fn new(bits: Bits) -> Result<Self, QrError> {
        let version = bits.version();
        let (data, correction) = ec::construct_codewords(&bits.into_bytes(), version, LEVEL)?;
        let mut canvas = Canvas::new(version, LEVEL);
        canvas.draw_all_functional_patterns();
        canvas.draw_data(&data, &correction);
        let width = usize::try_from(version.width()).map_err(|_| QrError::InvalidVersion)?;
        let masked = MASKS.into_iter().map(|mask| {
            let mut canvas = canvas.clone();
            canvas.apply_mask(mask);
            Self { width, modules: canvas.into_colors() }
        });
        masked.min_by_key(Self::penalty).ok_or(QrError::InvalidVersion)
    }

    /// How badly it reads (ISO/IEC 18004, 7.8.3).
    fn penalty(&self) -> usize {
        let dark: Vec<bool> = self.modules.iter().map(|color| *color == Color::Dark).collect();
        let turned: Vec<bool> =
            (0..self.width).flat_map(|column| dark[column..].iter().step_by(self.width).copied()).collect();
        let lines = dark.chunks(self.width).chain(turned.chunks(self.width)).map(line_penalty).sum::<usize>();
        let pairs = dark.chunks(self.width).zip(dark.chunks(self.width).skip(1));
        let blocks = pairs.map(|(row, next)| {
            let squares = row.windows(2).zip(next.windows(2));
            squares.filter(|(above, below)| above == below && above[0] == above[1]).count()
        });
        // 200 for a whole code that is dark: half of it costs nothing.
        let share = dark.iter().filter(|dark| **dark).count() * 200 / dark.len();
        lines + 3 * blocks.sum::<usize>() + share.abs_diff(100)
    }
}

/// Runs of five and more, and what looks like a finder with light beside it.
fn line_penalty(line: &[bool]) -> usize {
    let runs = line.chunk_by(|one, other| one == other).map(<[bool]>::len).filter(|run| *run >= 5);
    let mut penalty = runs.map(|run| run - 2).sum();
    // Four modules, the seven of a finder, four modules; beyond the line all is light.
    let mut window = 0u16;
    for dark in line.iter().chain(&[false; 4]) {
        window = ((window << 1) & 0x7fff) | u16::from(*dark);
        let light_beside = window >> 11 == 0 || (window & 0xf) == 0;
        if (window >> 4) & 0x7f == 0b101_1101 && light_beside {
            penalty += 40;
        }
    }
    penalty
}

/// Dark on nothing, without the quiet zone (the template leaves it white).
fn drawing(code: &Code, ink: &str) -> String {
    let width = code.width;
    let mut path = String::new();
    for (row, modules) in code.modules.chunks(width).enumerate() {
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
    use qrcode::{QrCode, bits};

    use super::{Code, LEVEL, notice_svg, svg};

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
    fn the_mask_is_the_one_that_the_library_chooses() {
        for number in 0..60 {
            let text =
                format!("https://servizi.comune.example/{}", "p/0197a2b4".repeat(number % 30) + &number.to_string());
            let own = Code::new(bits::encode_auto(text.as_bytes(), LEVEL).expect("it fits")).expect("it fits");
            let theirs = QrCode::with_error_correction_level(&text, LEVEL).expect("it fits");
            assert_eq!((own.width, own.modules), (theirs.width(), theirs.to_colors()), "{text}");
        }
    }

    #[test]
    fn a_text_too_long_for_a_code_is_an_error() {
        assert!(svg(&"x".repeat(4000)).is_err());
    }
}
