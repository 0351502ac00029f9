//! Answers that a portal must refuse, each made from a right one.

use anyhow::Context;
use chrono::TimeDelta;
use sportello_domain::identita::IdentityLevel;
use sportello_identity::provider::{IdentityProvider, ResponseDraft, Signing};

use super::now;

/// A wrong answer.
pub struct Wrong {
    /// Its word in the form.
    pub name: &'static str,
    /// What is wrong.
    pub title: &'static str,
    make: fn(&Bench<'_>) -> anyhow::Result<String>,
}

/// What a wrong answer is made of.
pub struct Bench<'a> {
    /// The provider that was asked.
    pub provider: &'a IdentityProvider,
    /// Another provider that the portal trusts.
    pub other: &'a IdentityProvider,
    /// The right answer before it is signed.
    pub draft: ResponseDraft,
}

impl Bench<'_> {
    fn sign(&self, change: impl FnOnce(&mut ResponseDraft)) -> anyhow::Result<String> {
        let mut draft = self.draft.clone();
        change(&mut draft);
        Ok(draft.sign(&self.provider.key, Signing::Both)?)
    }

    /// A right answer, changed after it was signed.
    fn altered(&self, from: &str, to: &str) -> anyhow::Result<String> {
        let xml = self.draft.sign(&self.provider.key, Signing::Assertion)?;
        anyhow::ensure!(xml.contains(from), "this answer has nothing to change");
        Ok(xml.replacen(from, to, 1))
    }

    fn codice_fiscale(&self) -> anyhow::Result<&str> {
        let found = self.draft.attributes.iter().find(|(name, _)| name == "fiscalNumber");
        found.map(|(_, value)| value.as_str()).context("nobody asked for the fiscal number")
    }
}

/// Every wrong answer, in the order of the panel.
pub const WRONG: [Wrong; 19] = [
    wrong("senza-firma", "Senza firma", |bench| Ok(bench.draft.sign(&bench.provider.key, Signing::Nothing)?)),
    wrong("firma-esterna", "Firmata fuori, non l’asserzione", |bench| {
        Ok(bench.draft.sign(&bench.provider.key, Signing::Response)?)
    }),
    wrong("altra-chiave", "Firmata con la chiave di un altro", |bench| {
        Ok(bench.draft.sign(&bench.other.key, Signing::Both)?)
    }),
    wrong("altro-gestore", "A nome di un altro gestore", |bench| {
        bench.sign(|draft| draft.issuer = bench.other.entity_id.clone())
    }),
    wrong("cambiata", "Cambiata dopo la firma", |bench| bench.altered(">TINIT-", ">TINIT-X")),
    wrong("commento", "Un commento dentro il codice fiscale", |bench| {
        let (head, tail) = bench.codice_fiscale()?.split_at(8);
        bench.altered(&format!("{head}{tail}"), &format!("{head}<!-- -->{tail}"))
    }),
    wrong("avvolta", "Un’asserzione falsa accanto a quella firmata", wrapped),
    wrong("doctype", "Con un tipo di documento", |bench| {
        Ok(format!("<!DOCTYPE samlp:Response>{}", bench.sign(|_| ())?))
    }),
    wrong("algoritmo", "Firmata con un algoritmo debole", |bench| {
        bench.altered("xmldsig-more#rsa-sha256", "xmldsig#rsa-sha1")
    }),
    wrong("scaduta", "Scaduta", |bench| bench.sign(|draft| draft.not_on_or_after = instant(-61))),
    wrong("dal-futuro", "Dal futuro", |bench| bench.sign(|draft| draft.instant = instant(600))),
    wrong("altro-pubblico", "Per un altro servizio", |bench| {
        bench.sign(|draft| draft.audience = "https://altro.example/metadata".to_owned())
    }),
    wrong("altra-richiesta", "In risposta a un’altra richiesta", |bench| {
        bench.sign(|draft| draft.in_response_to = "_altra".to_owned())
    }),
    wrong("altra-destinazione", "Con un’altra destinazione", |bench| {
        bench.sign(|draft| draft.destination = "https://altro.example/spid/acs".to_owned())
    }),
    wrong("altro-destinatario", "Con un altro destinatario", |bench| {
        bench.sign(|draft| draft.recipient = "https://altro.example/spid/acs".to_owned())
    }),
    wrong("livello", "Con un livello che non esiste", |bench| {
        bench.sign(|draft| draft.level_class = "urn:oasis:names:tc:SAML:2.0:ac:classes:SpidL1".to_owned())
    }),
    wrong("senza-cf", "Senza codice fiscale", |bench| {
        bench.sign(|draft| draft.attributes.retain(|(name, _)| name != "fiscalNumber"))
    }),
    wrong("cf-sbagliato", "Con un codice fiscale sbagliato", |bench| {
        bench.sign(|draft| set(draft, "fiscalNumber", "TINIT-AAAAAA00A00A000A"))
    }),
    wrong("attributo-doppio", "Con due codici fiscali", |bench| {
        bench.sign(|draft| draft.attributes.push(("fiscalNumber".to_owned(), "TINIT-FRRPLA84S02A794C".to_owned())))
    }),
];

/// The answer that was sent before, sent again: it is remembered, not made.
pub const REPLAY: (&str, &str) = ("ripetuta", "L’ultima risposta giusta di questo gestore, ancora una volta");

const fn wrong(name: &'static str, title: &'static str, make: fn(&Bench<'_>) -> anyhow::Result<String>) -> Wrong {
    Wrong { name, title, make }
}

/// Makes the wrong answer of this name.
pub fn make(name: &str, bench: &Bench<'_>) -> anyhow::Result<String> {
    let wrong = WRONG.iter().find(|wrong| wrong.name == name).context("no such wrong answer")?;
    (wrong.make)(bench)
}

fn instant(seconds: i64) -> String {
    (now() + TimeDelta::seconds(seconds)).format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn set(draft: &mut ResponseDraft, name: &str, value: &str) {
    for (_, known) in draft.attributes.iter_mut().filter(|(known, _)| known == name) {
        value.clone_into(known);
    }
}

/// An unsigned copy about somebody else stands before the signed assertion.
fn wrapped(bench: &Bench<'_>) -> anyhow::Result<String> {
    let xml = bench.draft.sign(&bench.provider.key, Signing::Assertion)?;
    let at = xml.find("<saml:Assertion ").context("an answer has an assertion")?;
    let mut evil = bench.draft.clone();
    evil.ids.assertion.push_str("-falsa");
    set(&mut evil, "fiscalNumber", "TINIT-FRRPLA84S02A794C");
    let evil = evil.sign(&bench.provider.key, Signing::Nothing)?;
    let from = evil.find("<saml:Assertion ").context("an answer has an assertion")?;
    let to = evil.find("</samlp:Response>").context("an answer has an end")?;
    Ok(format!("{}{}{}", &xml[..at], &evil[from..to], &xml[at..]))
}

/// The level of an answer, as the form writes it.
pub fn level(number: u8) -> IdentityLevel {
    match number {
        1 => IdentityLevel::L1,
        3 => IdentityLevel::L3,
        _ => IdentityLevel::L2,
    }
}
