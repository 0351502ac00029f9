//! Two verdicts on one corpus: ours and that of `xmlsec1`. Where they differ ours is the stricter, and says why.

use std::collections::BTreeMap;

use sportello_identity::provider::Signing;
use sportello_identity::{Outcome, Refusal, SignatureError};

use crate::world::*;
use crate::xmlsec::{Bench, METHODS, present, signed_by_xmlsec1};
use crate::{attacks, mutations};

/// Documents that the corpus has at least.
const LEAST: usize = 500;
/// One byte in so many is changed.
const STEP: usize = 24;

/// Names and documents. None is about `KeyInfo`: we do not look at it, `xmlsec1` does.
fn corpus(bench: &Bench) -> Vec<(String, String)> {
    let mut corpus = vec![("twin".to_owned(), good()), ("twin, both signed".to_owned(), good_both())];
    corpus.extend(attacks::documents());
    for twin in [good(), good_both()] {
        let key_infos: Vec<_> = twin.match_indices("<ds:KeyInfo").map(|(at, _)| at).collect();
        let key_infos: Vec<_> =
            key_infos.into_iter().map(|at| at..at + twin[at..].find("</ds:KeyInfo>").expect("it ends") + 13).collect();
        let apart = |from: usize, to: usize| key_infos.iter().all(|info| to <= info.start || info.end <= from);
        for (from, to) in mutations::removals(&twin).into_iter().filter(|(from, to)| apart(*from, *to)) {
            corpus.push((format!("without {from} to {to}"), format!("{}{}", &twin[..from], &twin[to..])));
        }
        for at in (0..twin.len()).step_by(STEP).filter(|at| apart(*at, at + 1)) {
            let mut bytes = twin.clone().into_bytes();
            bytes[at] ^= 1;
            // Others are refused before anything is parsed.
            corpus.extend(String::from_utf8(bytes).ok().map(|xml| (format!("byte {at}"), xml)));
        }
        // A namespace that is no URI is refused by xmlsec1 whether or not anything uses its prefix: all bytes of one.
        let declaration = mutations::declarations(&twin).pop().expect("namespaces are declared");
        for at in declaration.filter(|at| apart(*at, at + 1)) {
            for flip in [1, 2, 4, 16] {
                let mut bytes = twin.clone().into_bytes();
                bytes[at] ^= flip;
                corpus.extend(String::from_utf8(bytes).ok().map(|xml| (format!("byte {at} by {flip}"), xml)));
            }
        }
    }
    // By another signer, with other algorithms, as it is and in the name of somebody else.
    for (method, digest) in METHODS {
        let signed = signed_by_xmlsec1(bench, method, digest, &idp().key);
        corpus.push((format!("signed by xmlsec1 with {method}"), signed.clone()));
        corpus.push((format!("the same for another, {method}"), change(&signed, CF, "VRDLGI75B02F205K")));
        corpus.push((format!("by a stranger, {method}"), signed_by_xmlsec1(bench, method, digest, stranger())));
    }
    for number in 0..20 {
        let mut draft = draft();
        draft.attributes[1].1 = format!("Maria {number} & \u{e8}");
        let signing = if number % 2 == 0 { Signing::Assertion } else { Signing::Both };
        corpus.push((format!("draft {number}"), draft.sign(&idp().key, signing).unwrap()));
    }
    corpus
}

/// What a pair of verdicts means.
enum Pair {
    Accepted,
    Refused,
    /// Refused by us alone, and why.
    Stricter(Refusal),
}

fn compare(name: &str, ours: Result<Outcome, Refusal>, theirs: bool) -> Pair {
    match (ours, theirs) {
        (Ok(Outcome::Verified(_)), true) => Pair::Accepted,
        (Err(_), false) => Pair::Refused,
        (Err(refusal), true) => {
            // A digest or a value cannot be right for one and wrong for the other.
            assert_ne!(refusal, Refusal::Signature(SignatureError::Invalid), "{name}");
            Pair::Stricter(refusal)
        }
        (Ok(Outcome::Verified(_)), false) => panic!("{name}: xmlsec1 refuses what we accept"),
        (Ok(Outcome::Refused(_)), _) => panic!("{name}: a document with an assertion is no refusal"),
    }
}

#[test]
fn our_verdict_is_that_of_xmlsec1_or_the_stricter() {
    if !present() {
        return;
    }
    let bench = Bench::new();
    let corpus = corpus(&bench);
    assert!(corpus.len() >= LEAST, "{} documents", corpus.len());
    let pem = idp().key.certificate().to_pem();
    let (mut accepted, mut refused) = (0, 0);
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for (name, xml) in &corpus {
        let (ours, theirs) = (decide(xml), bench.verifies_all(xml, &pem));
        match compare(name, ours, theirs) {
            Pair::Accepted => accepted += 1,
            Pair::Refused => refused += 1,
            Pair::Stricter(refusal) => *reasons.entry(refusal.to_string()).or_default() += 1,
        }
    }
    println!("{} documents: {accepted} accepted and {refused} refused by both", corpus.len());
    for (reason, count) in &reasons {
        println!("{count:>4} refused by us alone: {reason}");
    }
    assert!(accepted >= 25 && refused >= 200, "the corpus says too little: {accepted} {refused}");
}
