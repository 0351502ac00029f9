//! The partita IVA and the numeric codice fiscale: eleven digits, the last one a check digit (D.M. 23/12/1976).

/// Whether eleven digits carry the right check digit.
pub fn is_valid(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() != 11 || !bytes.iter().all(u8::is_ascii_digit) || text == "00000000000" {
        return false;
    }
    let sum: u32 = bytes[..10]
        .iter()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte - b'0');
            if at.is_multiple_of(2) { digit } else { digit * 2 / 10 + digit * 2 % 10 }
        })
        .sum();
    (10 - sum % 10) % 10 == u32::from(bytes[10] - b'0')
}

#[cfg(test)]
mod tests {
    use super::is_valid;

    #[test]
    fn check_digit() {
        assert!(is_valid("80018230153"));
        for wrong in ["80018230154", "8001823015", "800182301530", "8001823015A", "00000000000", ""] {
            assert!(!is_valid(wrong), "{wrong}");
        }
    }
}
