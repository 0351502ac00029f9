//! Notice numbers against the vectors of `../shared/specs/pagopa/samples` (skipped, with the reason printed, without them).

use std::path::Path;

use sportello_domain::avviso::NumeroAvviso;

#[test]
fn notice_number_vectors() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs/pagopa/samples/nav_vectors.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        #[expect(clippy::disallowed_methods, reason = "the test is told by the environment whether it may skip")]
        let required = std::env::var("SPORTELLO_SPECS").is_ok_and(|word| word == "required");
        assert!(!required, "the vectors of notice numbers are missing");
        println!("skipped: the vectors of notice numbers are not beside the checkout");
        return;
    };
    let vectors: serde_json::Value = serde_json::from_str(&text).unwrap();
    let valid = vectors["valid"].as_array().unwrap();
    let invalid = vectors["invalid"].as_array().unwrap();
    assert!(valid.len() >= 7 && invalid.len() >= 4, "the vectors are whole");
    for vector in valid {
        let numero = NumeroAvviso::parse(vector["nav"].as_str().unwrap()).unwrap();
        assert_eq!(numero.iuv(), vector["iuv"].as_str().unwrap(), "{vector}");
    }
    for vector in invalid {
        assert!(NumeroAvviso::parse(vector["nav"].as_str().unwrap()).is_err(), "{vector}");
    }
}
