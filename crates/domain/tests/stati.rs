//! The table of a pratica: every move, every refusal, random walks against a life told in other words, and the page.

use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::Index;
use sportello_domain::pratica::{MOVES, Need, PraticaEvent as E, PraticaStatus as S, Who, generated};

/// Every move, written out: a new one is a decision, not an accident.
fn expected(from: S, event: E) -> Option<S> {
    let before_decision = matches!(
        from,
        S::Submitted
            | S::Registered
            | S::InReview
            | S::IntegrationRequested
            | S::Integrated
            | S::RejectionNotice
            | S::Observations
    );
    let stands_still = matches!(from, S::IntegrationRequested | S::RejectionNotice);
    match (from, event) {
        (S::Draft, E::Submit) => Some(S::Submitted),
        (S::Draft, E::Expire) => Some(S::ExpiredDraft),
        (S::Submitted, E::Register) => Some(S::Registered),
        (S::Registered | S::Integrated | S::Observations, E::TakeInCharge) => Some(S::InReview),
        (S::InReview, E::RequestIntegration) => Some(S::IntegrationRequested),
        (S::InReview, E::GiveNotice) => Some(S::RejectionNotice),
        (S::InReview | S::WaitingList, E::Accept) => Some(S::Accepted),
        (S::InReview, E::AcceptPartly) => Some(S::PartlyAccepted),
        (S::InReview, E::PutOnWaitingList) => Some(S::WaitingList),
        (S::InReview, E::Reject) => Some(S::Rejected),
        (S::IntegrationRequested, E::Integrate) => Some(S::Integrated),
        (S::RejectionNotice, E::Observe) => Some(S::Observations),
        (_, E::Lapse) if stands_still => Some(S::InReview),
        (_, E::AcceptBySilence) if before_decision && !stands_still => Some(S::Accepted),
        (_, E::Withdraw) if before_decision || from == S::WaitingList => Some(S::Withdrawn),
        (_, E::Annul) if before_decision || from == S::WaitingList => Some(S::Annulled),
        _ => None,
    }
}

#[test]
fn every_pair_moves_or_is_refused_with_what_happened() {
    let mut moves = 0;
    for from in S::ALL {
        for event in E::ALL {
            assert_eq!(from.after(event).ok(), expected(from, event), "{from:?} {event:?}");
            assert_eq!(from.allows(event), expected(from, event).is_some());
            match from.on(event) {
                Ok(edge) => {
                    assert_eq!((edge.from, edge.event), (from, event));
                    moves += 1;
                }
                Err(refused) => {
                    let words = format!("{} is not possible when it is {}", event.stored(), from.stored());
                    assert_eq!(refused.to_string(), format!("moving a pratica: {words}"));
                }
            }
        }
        let over = matches!(
            from,
            S::ExpiredDraft | S::Accepted | S::PartlyAccepted | S::Rejected | S::Withdrawn | S::Annulled
        );
        assert_eq!(from.is_final(), over, "{from:?}");
        let sent = !matches!(from, S::Draft | S::ExpiredDraft);
        assert_eq!(S::OPEN.contains(&from), sent && !over, "{from:?}");
        assert_eq!(S::OVER.contains(&from), sent && over, "{from:?}");
    }
    assert_eq!(moves, MOVES.len(), "no pair stands twice");
    assert_eq!(S::at_filing(true), S::Registered);
    assert_eq!(S::at_filing(false), S::Submitted);
}

#[test]
fn who_may_and_what_is_needed() {
    for edge in &MOVES {
        let who = match edge.event {
            E::Submit | E::Integrate | E::Observe | E::Withdraw => Who::Cittadino,
            E::Expire | E::Register | E::Lapse | E::AcceptBySilence => Who::Portale,
            _ => Who::Ufficio,
        };
        assert_eq!(edge.who, who, "{edge:?}");
        assert_eq!(who.roles().is_empty(), who != Who::Ufficio);
        let with = |need| edge.needs.contains(&need);
        // Whoever loses something reads why (L. 241/1990 art. 3); what the clock does, the clock must show.
        let reasoned = [E::RequestIntegration, E::GiveNotice, E::AcceptPartly, E::Reject, E::Annul];
        assert_eq!(with(Need::Reason), reasoned.contains(&edge.event), "{edge:?}");
        assert_eq!(with(Need::TimeOver), matches!(edge.event, E::Expire | E::Lapse), "{edge:?}");
        assert_eq!(with(Need::Silence), edge.event == E::AcceptBySilence, "{edge:?}");
        assert_eq!(with(Need::Notice), edge.event == E::Reject, "{edge:?}");
        let once = matches!(edge.event, E::RequestIntegration | E::GiveNotice);
        assert_eq!(with(Need::Once), once, "{edge:?}");
        assert_eq!(with(Need::Place), edge.from == S::WaitingList && edge.event == E::Accept, "{edge:?}");
    }
}

#[test]
fn words_are_there_and_apart() {
    for (at, status) in S::ALL.into_iter().enumerate() {
        assert_eq!(status as usize, at, "the words stand in the order of the states");
        assert_eq!(S::from_stored(status.stored()), Some(status));
        let same = S::ALL.into_iter().filter(|other| other.citizen() == status.citizen()).count();
        assert_eq!(same, 1, "{}", status.citizen());
    }
    for (at, event) in E::ALL.into_iter().enumerate() {
        assert_eq!(event as usize, at, "the words stand in the order of the events");
        let same = E::ALL.into_iter().filter(|other| other.action() == event.action()).count();
        assert_eq!(same, 1, "{}", event.action());
    }
    assert_eq!(S::from_stored("chiusa"), None);
    assert_eq!(
        (S::Submitted.stored(), S::Withdrawn.stored(), E::Reject.action()),
        ("inviata", "ritirata", "pratica.reject")
    );
}

/// The life of a pratica as one would tell it, without states.
#[derive(Clone, Copy, Default)]
struct Told {
    sent: bool,
    numbered: bool,
    /// Somebody works on it now.
    in_hand: bool,
    /// The office waits: for documents, or for an answer to its notice.
    awaited: Option<E>,
    /// The citizen answered, nobody has looked yet.
    came: Option<E>,
    listed: bool,
    over: Option<E>,
}

impl Told {
    fn may(self, event: E) -> bool {
        let free = self.sent && !self.listed && self.over.is_none();
        let reviewed = free && self.in_hand && self.awaited.is_none();
        match event {
            E::Submit | E::Expire => !self.sent && self.over.is_none(),
            E::Register => free && !self.numbered,
            E::TakeInCharge => free && self.numbered && !self.in_hand && self.awaited.is_none(),
            E::Integrate | E::Observe => free && self.awaited == Some(event),
            E::Lapse => free && self.awaited.is_some(),
            E::AcceptBySilence => free && self.awaited.is_none(),
            E::Withdraw => self.sent && self.over.is_none(),
            E::Annul => self.sent && self.over.is_none(),
            E::Accept => reviewed || (self.listed && self.over.is_none()),
            E::AcceptPartly | E::PutOnWaitingList | E::Reject | E::RequestIntegration | E::GiveNotice => reviewed,
        }
    }

    fn then(mut self, event: E) -> Self {
        match event {
            E::Submit => self.sent = true,
            E::Register => self.numbered = true,
            E::TakeInCharge => (self.in_hand, self.came) = (true, None),
            E::RequestIntegration => self.awaited = Some(E::Integrate),
            E::GiveNotice => self.awaited = Some(E::Observe),
            E::Integrate | E::Observe => (self.in_hand, self.awaited, self.came) = (false, None, Some(event)),
            E::Lapse => self.awaited = None,
            E::PutOnWaitingList => self.listed = true,
            _ => self.over = Some(event),
        }
        self
    }

    fn reads(self) -> &'static str {
        match (self.over, self.awaited, self.came) {
            (Some(E::Expire), ..) => "bozza_scaduta",
            (Some(E::Accept | E::AcceptBySilence), ..) => "accolta",
            (Some(E::AcceptPartly), ..) => "accolta_parziale",
            (Some(E::Reject), ..) => "rigettata",
            (Some(E::Withdraw), ..) => "ritirata",
            (Some(_), ..) => "annullata",
            _ if self.listed => "lista_attesa",
            (_, Some(E::Integrate), _) => "richiesta_integrazioni",
            (_, Some(_), _) => "preavviso_rigetto",
            (_, _, Some(E::Integrate)) => "integrata",
            (_, _, Some(_)) => "osservazioni",
            _ if self.in_hand => "in_carico",
            _ if self.numbered => "protocollata",
            _ if self.sent => "inviata",
            _ => "bozza",
        }
    }
}

proptest! {
    /// Whatever is tried in whatever order, the table and the tale say the same, and both end.
    #[test]
    fn random_walks(tries in proptest::collection::vec((any::<Index>(), any::<bool>()), 1..80)) {
        let (mut status, mut told) = (S::Draft, Told::default());
        for (pick, straight) in tries {
            // Half of the tries are legal ones: a walk of chance alone ends soon.
            let events: Vec<E> = if straight { status.moves().map(|edge| edge.event).collect() } else { E::ALL.into() };
            let events = if events.is_empty() { E::ALL.to_vec() } else { events };
            let event = *pick.get(&events);
            prop_assert_eq!(status.allows(event), told.may(event), "{:?} {:?}", status, event);
            if let Ok(next) = status.after(event) {
                (status, told) = (next, told.then(event));
            }
            prop_assert_eq!(status.stored(), told.reads());
            let over = told.over.is_some();
            prop_assert!(status.is_final() == over);
        }
    }
}

#[test]
fn the_page_shows_the_table() {
    let page = include_str!("../../../docs/stati.md");
    let (_, rest) = page.split_once("<!-- made by cargo xtask stati -->\n").expect("the page has the mark");
    let (shown, _) = rest.split_once("<!-- end -->").expect("the page has the end mark");
    assert_eq!(shown, generated(), "run `cargo xtask stati`");
}
