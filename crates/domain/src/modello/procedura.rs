//! The procedura: what the office does with the pratiche of a modello, and what people read before they begin.
//!
//! Kept apart from the modello: actions on the world are never part of a form.

use serde::{Deserialize, Serialize};
use toml::de::DeValue;

use crate::identita::IdentityLevel;
use crate::modello::source::{AuthorError, Reader, SourceText};
use crate::modello::words::{Words, unknown_placeholder};
use crate::protocollo::Classificazione;

/// A procedura, checked. Texts may hold `{anno_scolastico}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedura {
    /// Name that modelli refer to.
    pub code: String,
    /// Title of the service ("Iscrizione alla mensa scolastica").
    pub title: Words,
    /// One sentence: what it is for.
    pub lead: Words,
    /// Who can ask.
    pub who: Words,
    /// What one needs at hand.
    pub needed: Vec<Words>,
    /// What one does not need, where people often bring it.
    pub not_needed: Option<Words>,
    /// What one gets.
    pub achieved: Words,
    /// How it goes, step by step.
    pub steps: Vec<Words>,
    /// Minutes that filling in takes.
    pub minutes: u32,
    /// Cost of the pratica.
    pub cost: Words,
    /// Cost of the service itself.
    pub service_cost: Option<Words>,
    /// Days within which the office answers (L. 241/1990 art. 2).
    pub answer_days: u32,
    /// What silence means (L. 241/1990 art. 20).
    pub silence: Silence,
    /// Subject of the protocol registration: never a name, never health.
    pub subject: Words,
    /// Where the registration stands in the classification plan.
    #[serde(default, skip_serializing_if = "is_usual")]
    pub classificazione: Classificazione,
    /// What happens after the filing, step by step.
    pub next: Vec<Words>,
    /// Level of assurance that the person must have signed in with.
    #[serde(default = "two_factors")]
    pub level: IdentityLevel,
    /// Text of the answer when accepted.
    pub accepted: Words,
    /// Text of the answer when rejected; the reason follows.
    pub rejected: Words,
    /// What accepting does.
    pub effects: Vec<Effect>,
}

/// What a procedura asks for that does not say.
const fn two_factors() -> IdentityLevel {
    IdentityLevel::L2
}

/// Whether a procedura stands where it would stand without saying so.
fn is_usual(classificazione: &Classificazione) -> bool {
    *classificazione == Classificazione::default()
}

/// What silence of the office means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Silence {
    /// Nothing: the office must answer.
    Nessuno,
    /// Assent: the pratica counts as accepted on the day after the term.
    Assenso,
}

/// What accepting a pratica does in the world: a closed set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Creates the enrolment of the child in the service.
    CreateIscrizione,
    /// Ends the enrolment from the day that was asked for; a suspension ends nothing.
    CloseIscrizione,
    /// Changes how the enrolment is paid, with its mandate and the debts that no notice and no file holds yet.
    SetPaymentMode,
    /// Sets or ends the diet of an enrolled child, never from before the acceptance.
    SetDieta,
    /// Writes down the new residence and reckons the tariff of those who moved anew.
    ChangeResidenza,
    /// Asks the office for the certificate.
    IssueCertificazione,
}

impl Effect {
    /// Every effect.
    pub const ALL: [Self; 6] = [
        Self::CreateIscrizione,
        Self::CloseIscrizione,
        Self::SetPaymentMode,
        Self::SetDieta,
        Self::ChangeResidenza,
        Self::IssueCertificazione,
    ];

    /// Its word in a procedura.
    pub const fn word(self) -> &'static str {
        match self {
            Self::CreateIscrizione => "create_iscrizione",
            Self::CloseIscrizione => "close_iscrizione",
            Self::SetPaymentMode => "set_payment_mode",
            Self::SetDieta => "set_dieta",
            Self::ChangeResidenza => "change_residenza",
            Self::IssueCertificazione => "issue_certificazione",
        }
    }

    /// The questions whose answers it reads: a modello without them could be filed and never accepted.
    pub const fn needs(self) -> &'static [&'static str] {
        match self {
            Self::CreateIscrizione => &["figlio_nome", "figlio_cognome", "plesso", "classe", "modalita"],
            Self::CloseIscrizione => &["figlio", "dal"],
            Self::SetPaymentMode => &["figlio", "modalita", "iban", "intestatario_nome", "intestatario_cf"],
            Self::SetDieta => &["figlio", "azione", "dieta_tipo", "dal"],
            Self::ChangeResidenza => &["nuovo_comune", "nuovo_indirizzo", "nuovo_cap", "decorrenza"],
            Self::IssueCertificazione => &["figlio", "anno"],
        }
    }
}

/// Most points in one list.
const MAX_POINTS: usize = 20;

impl Procedura {
    /// Reads and checks the text of a procedura. Every text is `{ it = "…", en = "…" }`.
    pub fn parse(file_name: &str, toml: &str) -> Result<Self, Vec<AuthorError>> {
        let source = SourceText::new(file_name, toml);
        let found = source.table().and_then(|table| read(&Reader::new(&source, &table, 0)));
        source.finish(found)
    }
}

fn read(top: &Reader<'_, '_>) -> Option<Procedura> {
    // Everything is read before anything is given up: the author hears of all faults at once.
    let code = top.need("code");
    let [title, lead, who, achieved] = ["title", "lead", "who", "achieved"].map(|key| need(top, key));
    let [cost, subject, accepted, rejected] = ["cost", "subject", "accepted", "rejected"].map(|key| need(top, key));
    let [not_needed, service_cost] = ["not_needed", "service_cost"].map(|key| optional(top, key));
    let [needed, steps, next] = ["needed", "steps", "next"].map(|key| points(top, key));
    // L. 241/1990 art. 2: 30 days, at most 180 by regulation.
    let [minutes, answer_days] =
        [("minutes", 10, 240), ("answer_days", 30, 180)].map(|(key, default, max)| top.number(key, default, 1..=max));
    // Services of a comune handle personal data: never one factor alone.
    let level = if top.number("level", 2, 2..=3) == 3 { IdentityLevel::L3 } else { IdentityLevel::L2 };
    let (silence, effects, classificazione) = (silence(top), effects(top), classificazione(top));
    top.finish();
    Some(Procedura {
        code: code?,
        title: title?,
        lead: lead?,
        who: who?,
        needed,
        not_needed,
        achieved: achieved?,
        steps,
        minutes,
        cost: cost?,
        service_cost,
        answer_days,
        silence,
        subject: subject?,
        classificazione,
        next,
        level,
        accepted: accepted?,
        rejected: rejected?,
        effects,
    })
}

fn optional(top: &Reader<'_, '_>, key: &'static str) -> Option<Words> {
    let inner = top.sub(key)?;
    words(&inner)
}

fn need(top: &Reader<'_, '_>, key: &'static str) -> Option<Words> {
    if top.raw(key).is_none() {
        top.error(top.at(), format!("manca {key}"), format!("aggiungi {key} = {{ it = \"…\", en = \"…\" }}"));
        return None;
    }
    optional(top, key)
}

fn words(inner: &Reader<'_, '_>) -> Option<Words> {
    let (it, en) = (inner.need("it"), inner.need("en"));
    inner.finish();
    let (it, en) = (it?, en?);
    for text in [&it, &en] {
        if let Some(strange) = unknown_placeholder(text) {
            inner.error(inner.at(), format!("segnaposto {strange} sconosciuto"), "qui vale solo {anno_scolastico}");
        }
    }
    Some(Words { it, en: Some(en) })
}

fn points(top: &Reader<'_, '_>, key: &'static str) -> Vec<Words> {
    let Some(value) = top.raw(key) else {
        top.error(top.at(), format!("manca {key}"), format!("aggiungi {key} = [{{ it = \"…\", en = \"…\" }}]"));
        return Vec::new();
    };
    let DeValue::Array(items) = value.get_ref() else {
        return top.wrong_kind(key, value, "[{ it = \"…\", en = \"…\" }]").unwrap_or_default();
    };
    if items.len() > MAX_POINTS {
        top.error(value.span().start, format!("{key} ha troppi punti"), format!("al massimo {MAX_POINTS}"));
    }
    let point = |item: &toml::Spanned<DeValue<'_>>| match item.get_ref() {
        DeValue::Table(_) => true,
        _ => top.wrong_kind::<()>(key, item, "{ it = \"…\", en = \"…\" }").is_some(),
    };
    let tables = items.iter().filter(|item| point(item)).filter_map(|item| match item.get_ref() {
        DeValue::Table(table) => words(&top.over(table, item.span().start)),
        _ => None,
    });
    tables.collect()
}

fn silence(top: &Reader<'_, '_>) -> Silence {
    match top.need("silence").as_deref() {
        Some("assenso") => Silence::Assenso,
        Some("nessuno") | None => Silence::Nessuno,
        Some(other) => {
            top.error_key("silence", format!("silence «{other}» non previsto"), "scrivi nessuno o assenso");
            Silence::Nessuno
        }
    }
}

fn classificazione(top: &Reader<'_, '_>) -> Classificazione {
    let Some(text) = top.text("classificazione") else {
        return Classificazione::default();
    };
    Classificazione::parse(&text).unwrap_or_else(|| {
        let message = format!("classificazione «{text}» non prevista");
        top.error_key("classificazione", message, "scrivi titolo e classe, per esempio VII/1");
        Classificazione::default()
    })
}

fn effects(top: &Reader<'_, '_>) -> Vec<Effect> {
    let mut found = Vec::new();
    for (at, word) in top.texts("effects") {
        match Effect::ALL.into_iter().find(|effect| effect.word() == word) {
            Some(effect) => found.push(effect),
            None => {
                let remedy = format!("scrivi {}", Effect::ALL.map(Effect::word).join(", "));
                top.error(at, format!("l'effetto «{word}» non esiste"), remedy);
            }
        }
    }
    found
}
