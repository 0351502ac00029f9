//! The doors, and what must hold of whatever goes through one.

use sportello_domain::identita::IdentityScheme;
use sportello_identity::{
    Certificate, LogoutStatus, Outcome, RedirectMessage, answered_logout, answered_request, claims, decode_response,
    logout_issuer, parse_provider_metadata, verify_aggregate, verify_logout_request, verify_logout_response,
    verify_response,
};

use crate::world::{LOGOUT_ID, World, now};

/// A place where bytes come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// The answer of a provider.
    Answer,
    /// The same as the field of a form.
    Field,
    /// What an answer says of itself before it is believed.
    Peek,
    /// Metadata of one provider.
    Metadata,
    /// The list of a registry.
    List,
    /// A request to end sessions, by HTTP-POST.
    Logout,
    /// The answer to ours.
    LogoutAnswer,
    /// A message by HTTP-Redirect.
    Query,
    /// A certificate.
    Certificate,
}

/// How many doors there are.
pub const DOORS: usize = ALL.len();

const ALL: [Door; 9] = [
    Door::Answer,
    Door::Field,
    Door::Peek,
    Door::Metadata,
    Door::List,
    Door::Logout,
    Door::LogoutAnswer,
    Door::Query,
    Door::Certificate,
];

impl Door {
    /// The first byte of an input for this door.
    pub(crate) fn byte(self) -> u8 {
        ALL.iter().position(|door| *door == self).map_or(0, |at| at as u8)
    }
}

/// Brings the bytes to the door that the first of them names.
///
/// # Panics
/// When something is believed that nobody has signed: that is what is looked for.
pub fn try_input(world: &World, input: &[u8]) {
    let Some((first, bytes)) = input.split_first() else { return };
    let text = std::str::from_utf8(bytes);
    match ALL[usize::from(*first) % DOORS] {
        Door::Answer => answer(world, bytes),
        Door::Field => {
            if let Ok(xml) = text.map_err(drop).and_then(|field| decode_response(field).map_err(drop)) {
                answer(world, &xml);
            }
        }
        Door::Peek => {
            let said = claims(bytes);
            assert_eq!(said.in_response_to, answered_request(bytes));
            let _ = (logout_issuer(bytes), answered_logout(bytes));
        }
        Door::Metadata => {
            if let Ok(provider) = parse_provider_metadata(bytes, IdentityScheme::Spid) {
                assert!(!provider.certificates.is_empty(), "a provider without a key");
            }
        }
        Door::List => list(world, bytes),
        Door::Logout => {
            if let Ok(request) = verify_logout_request(&world.setting.expected_logout(), bytes) {
                assert!(request == world.logout, "nobody has signed this request to end sessions");
            }
        }
        Door::LogoutAnswer => {
            let status = verify_logout_response(&world.setting.expected_logout(), LOGOUT_ID, bytes);
            assert!(status.is_err() || status == Ok(LogoutStatus::Complete), "nobody has signed {status:?}");
        }
        Door::Query => {
            if let Ok(query) = text {
                redirected(world, query);
            }
        }
        Door::Certificate => {
            if let Ok(text) = text {
                let _ = Certificate::from_pem(text);
            }
        }
    }
}

fn answer(world: &World, xml: &[u8]) {
    if let Ok(Outcome::Verified(verified)) = verify_response(&world.setting.expected(), xml) {
        // The response around the assertion may be unsigned: its identifier is nobody's word.
        let told = (&verified.identita, &verified.assertion_id, &verified.name_id, verified.not_on_or_after);
        let signed = &world.assertion;
        let signed = (&signed.identita, &signed.assertion_id, &signed.name_id, signed.not_on_or_after);
        assert!(told == signed, "nobody has signed this assertion");
    }
}

fn list(world: &World, bytes: &[u8]) {
    let keys = std::slice::from_ref(&world.registry);
    if let Ok(list) = verify_aggregate(bytes, keys, IdentityScheme::Spid, now()) {
        let same = (&list.id, &list.providers, list.created_at, list.valid_until, list.simulated);
        let signed = &world.list;
        let signed = (&signed.id, &signed.providers, signed.created_at, signed.valid_until, signed.simulated);
        assert!(same == signed, "nobody has signed this list");
    }
}

fn redirected(world: &World, query: &str) {
    let Ok(message) = RedirectMessage::read(query) else { return };
    if message.verify(&world.setting.provider.certificates).is_ok() {
        let signed = |known: &RedirectMessage| {
            (known.field, &known.xml, &known.relay_state) == (message.field, &message.xml, &message.relay_state)
        };
        assert!(world.redirected.iter().any(signed), "nobody has signed this query");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seed_goes_through_its_door_and_a_forged_one_is_found() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut world = World::open(folder.path()).expect("a world");
        let seeds: Vec<Vec<u8>> = std::fs::read_dir(folder.path().join("corpus"))
            .expect("the seeds")
            .map(|seed| std::fs::read(seed.expect("a seed").path()).expect("a seed"))
            .collect();
        for door in ALL {
            assert!(seeds.iter().any(|seed| seed[0] == door.byte()), "{door:?} has a seed");
        }
        seeds.iter().for_each(|seed| try_input(&world, seed));
        // Were somebody else's name signed, the accepted seed would be the forgery.
        world.assertion.identita.cognome = "Bianchi".into();
        let answer = seeds.iter().find(|seed| seed[0] == Door::Answer.byte()).expect("an answer");
        let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| try_input(&world, answer)));
        assert!(tried.is_err(), "the oracle sees it");
    }
}
