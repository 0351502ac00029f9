//! The daily register of protocol (DPR 445/2000 art. 53 c. 5; DPCM 3 December 2013 art. 7) as an XML document: what an AOO
//! registered and annulled on one day, with the digest of the register before.
//!
//! The same input gives the same bytes. Not for deciding what belongs to a day.

use chrono::{DateTime, NaiveDate, Utc};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};

/// Names the format; a change of the elements changes it.
const NAMESPACE: &str = "urn:sportello:registro-giornaliero:1";
/// Digits of a number at least (AgID guidelines, annex 6).
const DIGITS: usize = 7;

/// A daily register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistroGiornaliero {
    /// Name of the ente.
    pub ente: String,
    /// Code of the ente in the index of public administrations.
    pub amministrazione: String,
    /// Code of the AOO.
    pub aoo: String,
    /// Who answers for the register.
    pub responsabile: String,
    /// Place in the chain, from 1.
    pub seq: i64,
    /// The day.
    pub giorno: NaiveDate,
    /// SHA-256 of the register before, hexadecimal.
    pub previous_sha256: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// What was registered, by number.
    pub registrazioni: Vec<Registrata>,
    /// What was annulled, in order.
    pub annullamenti: Vec<Annullata>,
}

/// A registration of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registrata {
    /// Year of the number.
    pub anno: i64,
    /// Number.
    pub numero: i64,
    /// When it was registered.
    pub registered_at: DateTime<Utc>,
    /// When it was presented.
    pub received_at: DateTime<Utc>,
    /// Whether it goes out.
    pub in_uscita: bool,
    /// Sender, or recipient of what goes out.
    pub mittente: String,
    /// Subject.
    pub oggetto: String,
    /// SHA-256 of the document, hexadecimal.
    pub impronta: String,
    /// Place in the classification plan.
    pub classificazione: String,
    /// The fascicolo.
    pub fascicolo: Option<String>,
}

/// An annulment of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annullata {
    /// Year of the number.
    pub anno: i64,
    /// Number.
    pub numero: i64,
    /// When it was annulled.
    pub at: DateTime<Utc>,
    /// Why.
    pub motivo: String,
    /// The act that allows it.
    pub atto: String,
    /// Who did it.
    pub operatore: String,
}

/// Writes a daily register.
///
/// # Errors
/// Those of writing to memory.
pub fn registro_giornaliero(register: &RegistroGiornaliero) -> std::io::Result<Vec<u8>> {
    let mut out = Xml(Writer::new_with_indent(Vec::new(), b' ', 1));
    out.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    out.event(Event::Start(BytesStart::new("RegistroGiornaliero").with_attributes([("xmlns", NAMESPACE)])))?;
    head(&mut out, register)?;
    out.open("Registrazioni")?;
    for entry in &register.registrazioni {
        registrata(&mut out, entry)?;
    }
    out.close("Registrazioni")?;
    out.open("Annullamenti")?;
    for entry in &register.annullamenti {
        annullata(&mut out, entry)?;
    }
    out.close("Annullamenti")?;
    out.close("RegistroGiornaliero")?;
    Ok(out.0.into_inner())
}

fn head(out: &mut Xml, register: &RegistroGiornaliero) -> std::io::Result<()> {
    out.open("Intestazione")?;
    out.text("Amministrazione", &register.ente)?;
    out.text("CodiceAmministrazione", &register.amministrazione)?;
    out.text("CodiceAOO", &register.aoo)?;
    out.text("Responsabile", &register.responsabile)?;
    out.text("Progressivo", &register.seq.to_string())?;
    out.text("Giorno", &register.giorno.to_string())?;
    out.text("NumeroRegistrazioni", &register.registrazioni.len().to_string())?;
    out.text("NumeroAnnullamenti", &register.annullamenti.len().to_string())?;
    let numbers = register.registrazioni.iter().map(|entry| (entry.anno, entry.numero));
    if let (Some(first), Some(last)) = (numbers.clone().min(), numbers.max()) {
        out.text("PrimoNumero", &number(first.1))?;
        out.text("UltimoNumero", &number(last.1))?;
    }
    out.text("ImprontaPrecedente", &register.previous_sha256)?;
    out.text("Formato", "SHA-256")?;
    out.text("ProdottoIl", &instant(register.created_at))?;
    out.close("Intestazione")
}

fn registrata(out: &mut Xml, entry: &Registrata) -> std::io::Result<()> {
    out.open("Registrazione")?;
    out.text("Anno", &entry.anno.to_string())?;
    out.text("NumeroRegistrazione", &number(entry.numero))?;
    out.text("RegistrataIl", &instant(entry.registered_at))?;
    out.text("PresentataIl", &instant(entry.received_at))?;
    let (way, who) = if entry.in_uscita { ("uscita", "Destinatario") } else { ("entrata", "Mittente") };
    out.text("Flusso", way)?;
    out.text(who, &entry.mittente)?;
    out.text("Oggetto", &entry.oggetto)?;
    out.text("Classificazione", &entry.classificazione)?;
    if let Some(fascicolo) = &entry.fascicolo {
        out.text("Fascicolo", fascicolo)?;
    }
    out.text("Impronta", &entry.impronta)?;
    out.close("Registrazione")
}

fn annullata(out: &mut Xml, entry: &Annullata) -> std::io::Result<()> {
    out.open("Annullamento")?;
    out.text("Anno", &entry.anno.to_string())?;
    out.text("NumeroRegistrazione", &number(entry.numero))?;
    out.text("AnnullataIl", &instant(entry.at))?;
    out.text("Motivo", &entry.motivo)?;
    out.text("Provvedimento", &entry.atto)?;
    out.text("Operatore", &entry.operatore)?;
    out.close("Annullamento")
}

/// `0000184`.
fn number(numero: i64) -> String {
    format!("{numero:0DIGITS$}")
}

/// The time of Rome with its offset.
fn instant(at: DateTime<Utc>) -> String {
    at.with_timezone(&chrono_tz::Europe::Rome).to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
}

struct Xml(Writer<Vec<u8>>);

impl Xml {
    fn event(&mut self, event: Event<'_>) -> std::io::Result<()> {
        self.0.write_event(event)
    }

    fn open(&mut self, name: &str) -> std::io::Result<()> {
        self.event(Event::Start(BytesStart::new(name)))
    }

    fn close(&mut self, name: &str) -> std::io::Result<()> {
        self.event(Event::End(BytesEnd::new(name)))
    }

    /// Letters that XML cannot hold are left out.
    fn text(&mut self, name: &str, text: &str) -> std::io::Result<()> {
        let kept: String =
            text.chars().filter(|letter| !letter.is_control() && !matches!(letter, '\u{fffe}' | '\u{ffff}')).collect();
        self.open(name)?;
        self.event(Event::Text(BytesText::new(&kept)))?;
        self.close(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn register() -> RegistroGiornaliero {
        RegistroGiornaliero {
            ente: "Comune di Prova".into(),
            amministrazione: "c_prova".into(),
            aoo: "AOO".into(),
            responsabile: "Elena Rota".into(),
            seq: 2,
            giorno: "2026-11-26".parse().unwrap(),
            previous_sha256: "ab".repeat(32),
            created_at: at("2026-11-27T00:00:00Z"),
            registrazioni: vec![Registrata {
                anno: 2026,
                numero: 184,
                registered_at: at("2026-11-26T22:59:59Z"),
                received_at: at("2026-11-26T22:59:59Z"),
                in_uscita: false,
                mittente: "Anna <O'Neill> & \u{1}figli".into(),
                oggetto: "Iscrizione".into(),
                impronta: "cd".repeat(32),
                classificazione: "VII/1".into(),
                fascicolo: Some("2026-VII/1.12".into()),
            }],
            annullamenti: vec![Annullata {
                anno: 2026,
                numero: 7,
                at: at("2026-11-26T10:00:00Z"),
                motivo: "doppione".into(),
                atto: "Det. 4/2026".into(),
                operatore: "Ada Neri".into(),
            }],
        }
    }

    #[test]
    fn what_people_wrote_stays_text_and_times_are_those_of_rome() {
        let xml = String::from_utf8(registro_giornaliero(&register()).unwrap()).unwrap();
        let mut out = register();
        out.registrazioni[0].in_uscita = true;
        let out = String::from_utf8(registro_giornaliero(&out).unwrap()).unwrap();
        assert!(out.contains("<Flusso>uscita</Flusso>") && out.contains("<Destinatario>Anna"), "{out}");
        for words in [
            "<Flusso>entrata</Flusso>",
            "<Mittente>Anna &lt;O&apos;Neill&gt; &amp; figli</Mittente>",
            "<NumeroRegistrazione>0000184</NumeroRegistrazione>",
            "<RegistrataIl>2026-11-26T23:59:59+01:00</RegistrataIl>",
            "<PrimoNumero>0000184</PrimoNumero>",
            "<Provvedimento>Det. 4/2026</Provvedimento>",
        ] {
            assert!(xml.contains(words), "{words} is not in {xml}");
        }
        assert!(xml.contains(&format!("<ImprontaPrecedente>{}</ImprontaPrecedente>", "ab".repeat(32))));
    }

    #[test]
    fn the_same_day_gives_the_same_bytes_and_an_empty_one_has_no_numbers() {
        assert_eq!(registro_giornaliero(&register()).unwrap(), registro_giornaliero(&register()).unwrap());
        let empty = RegistroGiornaliero { registrazioni: vec![], ..register() };
        let xml = String::from_utf8(registro_giornaliero(&empty).unwrap()).unwrap();
        assert!(!xml.contains("PrimoNumero") && xml.contains("<NumeroRegistrazioni>0</NumeroRegistrazioni>"));
    }
}
