//! Noise: whatever comes is refused or is the same person, and nothing panics.

use proptest::prelude::*;
use sportello_domain::identita::IdentityScheme;
use sportello_identity::{Outcome, answered_request, decode_response, parse_provider_metadata, verify_response};

use crate::world::*;

#[test]
fn an_answer_names_its_request_before_it_is_believed() {
    let good = good();
    assert_eq!(answered_request(good.as_bytes()), Some(request().id.clone()));
    let other = change_first(&good, &request().id, "_other");
    assert_eq!(answered_request(other.as_bytes()).as_deref(), Some("_other"));
    for nothing in [
        "".to_owned(),
        "<a InResponseTo=\"_a\"/>".to_owned(),
        change_first(&good, &request().id, ""),
        change_first(&good, &request().id, &"x".repeat(200)),
        format!("<!DOCTYPE r>{good}"),
    ] {
        assert_eq!(answered_request(nothing.as_bytes()), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn arbitrary_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400), field in ".{0,200}") {
        prop_assert!(verify_response(&expected(), &bytes).is_err());
        prop_assert!(parse_provider_metadata(&bytes, IdentityScheme::Spid).is_err());
        prop_assert_eq!(answered_request(&bytes), None);
        let _ = decode_response(&field);
    }

    #[test]
    fn spliced_responses_are_refused_or_the_same(cuts in proptest::collection::vec((0.0..1.0, 0.0..1.0, 0.0..1.0), 1..4)) {
        let good = good_both();
        let twin = accepted(&good);
        let mut xml = good.clone();
        for (from, length, place) in cuts {
            // Texts of ours are ASCII but for one name: cut where characters begin.
            let begin = |share: f64, text: &str| (0..=(share * text.len() as f64) as usize).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let start = begin(from, &xml);
            let end = begin(from + length * 0.3, &xml).clamp(start, xml.len());
            let piece = xml[start..end].to_owned();
            xml.insert_str(begin(place, &xml), &piece);
        }
        match verify_response(&expected(), xml.as_bytes()) {
            Err(_) => {}
            Ok(Outcome::Verified(verified)) => prop_assert_eq!(&verified.identita, &twin.identita),
            Ok(Outcome::Refused(_)) => prop_assert!(false, "a response with an assertion is no refusal"),
        }
    }
}
