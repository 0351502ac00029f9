//! Every one-byte change and every removal: refused, or the same person.

use std::num::NonZero;
use std::ops::Range;
use std::thread;

use sportello_identity::{Outcome, VerifiedAssertion, verify_response};

use crate::world::*;

/// True when refused; false when the same assertion comes out; anything else fails.
fn refused_or_same(xml: &[u8], twin: &VerifiedAssertion, what: &dyn Fn() -> String) -> bool {
    match verify_response(&expected(), xml) {
        Err(_) => true,
        Ok(Outcome::Verified(verified)) => {
            assert_eq!(
                (&verified.identita, &verified.assertion_id),
                (&twin.identita, &twin.assertion_id),
                "{}",
                what()
            );
            false
        }
        Ok(Outcome::Refused(_)) => panic!("a response with an assertion is no refusal: {}", what()),
    }
}

#[test]
fn every_byte_of_the_response_counts_or_means_nothing() {
    let good = good();
    let twin = accepted(&good);
    let assertion = assertion_of(&good);
    let signature = signature_of(assertion);
    let start = good.find(assertion).unwrap();
    let signed = |at: usize| {
        let from = good.find(signature).unwrap();
        (start..start + assertion.len()).contains(&at) && !(from..from + signature.len()).contains(&at)
    };
    let (good, twin, signed) = (good.as_bytes(), &twin, &signed);
    let share = good.len().div_ceil(thread::available_parallelism().map_or(1, NonZero::get));
    let parts: Vec<(usize, Vec<usize>)> = thread::scope(|scope| {
        let parts: Vec<_> = (0..good.len())
            .step_by(share)
            .map(|from| scope.spawn(move || change_each(good, from..(from + share).min(good.len()), twin, signed)))
            .collect();
        parts.into_iter().map(|part| part.join().unwrap()).collect()
    });
    let tried: usize = parts.iter().map(|(tried, _)| tried).sum();
    let harmless: Vec<usize> = parts.into_iter().flat_map(|(_, harmless)| harmless).collect();
    println!("{tried} changes of {} bytes, harmless inside the signed text: {}", good.len(), harmless.len());
    assert!(tried > 10 * good.len());
    let good = std::str::from_utf8(good).unwrap();
    // Only declarations of namespaces can change: the canonical form writes those that matter anew.
    let declared = declarations(good);
    assert!(harmless.iter().all(|at| declared.iter().any(|range| range.contains(at))), "{harmless:?}");
}

/// Every bit of each byte turned, and each byte replaced by those that parsers read most into: how many changes there were,
/// and at which signed bytes one meant nothing.
fn change_each(
    good: &[u8],
    range: Range<usize>,
    twin: &VerifiedAssertion,
    signed: &(impl Fn(usize) -> bool + Sync),
) -> (usize, Vec<usize>) {
    let (mut tried, mut harmless) = (0, Vec::new());
    let mut bytes = good.to_vec();
    for at in range {
        let own = good[at];
        let turned = (0..8).map(|bit| own ^ (1 << bit));
        for other in turned.chain([b'<', b'&', b' ', 0, 0xff]).filter(|other| *other != own) {
            bytes[at] = other;
            tried += 1;
            if !refused_or_same(&bytes, twin, &|| format!("byte {at} as {other}")) && signed(at) {
                harmless.push(at);
            }
        }
        bytes[at] = own;
    }
    (tried, harmless)
}

/// The ranges of all declarations of prefixes.
pub fn declarations(xml: &str) -> Vec<Range<usize>> {
    let end = |at: usize| {
        let value = at + xml[at..].find("=\"").expect("a declaration has a value") + 2;
        value + xml[value..].find('"').expect("a value ends") + 1
    };
    xml.match_indices(" xmlns:").map(|(at, _)| at..end(at)).collect()
}

#[test]
fn every_removal_is_refused_or_means_nothing() {
    for good in [good(), good_both()] {
        let twin = accepted(&good);
        let removals = removals(&good);
        assert!(removals.len() > 80, "{}", removals.len());
        for (from, to) in removals {
            let xml = format!("{}{}", &good[..from], &good[to..]);
            refused_or_same(xml.as_bytes(), &twin, &|| good[from..to].to_owned());
        }
    }
}

#[test]
fn every_element_copied_anywhere_is_refused_or_means_nothing() {
    let good = good();
    let twin = accepted(&good);
    let elements: Vec<_> = removals(&good).into_iter().filter(|(from, _)| good[*from..].starts_with('<')).collect();
    assert!(elements.len() > 40, "{}", elements.len());
    let mut refused = 0;
    for (from, to) in &elements {
        let copy = &good[*from..*to];
        let evil = copy.replace(CF, "VRDLGI75B02F205K").replace("Maria", "Marta");
        // A faithful copy can only repeat; a copy for somebody else is what a forger wants to be read.
        for piece in if evil == copy { vec![copy] } else { vec![copy, evil.as_str()] } {
            for (place, _) in &elements {
                let xml = format!("{}{piece}{}", &good[..*place], &good[*place..]);
                refused += usize::from(refused_or_same(xml.as_bytes(), &twin, &|| format!("{from} at {place}")));
            }
        }
    }
    println!("{refused} copies refused");
    assert!(refused > elements.len() * elements.len() / 2);
}

/// The ranges of all elements but the root, and of all attributes. The text is our own: no comments, no `>` in values.
pub fn removals(xml: &str) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(found) = xml[at..].find('<') {
        let start = at + found;
        let end = start + xml[start..].find('>').expect("a tag ends") + 1;
        let tag = &xml[start..end];
        if tag.starts_with("</") {
            let opened = open.pop().expect("every end has a start");
            ranges.push((opened, end));
        } else {
            let mut inside = 0;
            while let Some(space) = tag[inside..].find(' ') {
                let from = inside + space;
                let Some(value) = tag[from..].find("=\"") else { break };
                let to = from + value + 2 + tag[from + value + 2..].find('"').expect("a value ends") + 1;
                ranges.push((start + from, start + to));
                inside = to;
            }
            if tag.ends_with("/>") {
                ranges.push((start, end));
            } else {
                open.push(start);
            }
        }
        at = end;
    }
    ranges.retain(|range| *range != (0, xml.len()));
    ranges
}
