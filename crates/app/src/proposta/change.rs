//! What a proposta changes: how it is written down, what it is compared with, and how it takes effect.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use sportello_domain::{
    canonical,
    ente::EnteSettings,
    iban::Iban,
    id::EnteId,
    riscossione::{Riscossione, Stazione},
    sdd::CreditorId,
    tariffa::Piano,
};
use sportello_store::{
    Json, Read, Tx,
    audit::AuditRow,
    ente as ente_row,
    proposta::PropostaKind,
    tariffa::{self, PianoRow},
};
use uuid::Uuid;

use super::{READERS, fault};
use crate::{Ctx, Error, Portal, Result, campi, error::Reason, tariffe, typed};

/// Longest holder of an account, CBILL code, station and series, in characters.
const INTESTATARIO_MAX: usize = 70;
const CBILL_MAX: usize = 5;
const STAZIONE_MAX: usize = 35;
const SERIE_MAX: usize = 4;

/// The accounts on which an ente collects, and its codes at the bank and at pagoPA.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conti {
    /// Account on which collections arrive.
    pub iban: String,
    /// Holder of that account.
    pub intestatario: String,
    /// Creditor identifier for SEPA direct debits.
    pub creditor_id: CreditorId,
    /// Code of the ente in the CBILL circuit.
    pub cbill: String,
    /// The point of the ente towards the node of pagoPA.
    pub stazione: Stazione,
}

/// The series of the numbers of invoices.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Serie {
    /// `M` in `12/M/2026`: capitals and digits.
    pub serie: String,
}

/// A tariff plan for school meals.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tariffe {
    /// First day.
    pub dal: NaiveDate,
    /// Last day, if there is one.
    pub al: Option<NaiveDate>,
    /// The decision that sets it.
    pub atto: String,
    /// The plan.
    pub piano: Piano,
}

/// What a proposta would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The accounts.
    Conti(Conti),
    /// The series.
    Numerazione(Serie),
    /// A plan that comes into force.
    Tariffe(Tariffe),
}

/// What stands now, as far as a change of one kind is concerned.
pub(super) struct Base {
    /// SHA-256 of its canonical JSON.
    pub(super) sha256: String,
    stands: Stands,
}

enum Stands {
    Conti(Box<EnteSettings>, Riscossione),
    Numerazione(Box<EnteSettings>, Riscossione),
    Tariffe(Vec<PianoRow>),
}

/// What a change did, for the audit.
pub(super) struct Effect {
    action: &'static str,
    object: (&'static str, Uuid),
    pub(super) detail: Json<Value>,
}

impl Effect {
    /// Its row: who, when and in which request are those of `note`.
    pub(super) fn on(self, note: &AuditRow) -> AuditRow {
        AuditRow {
            action: self.action.to_owned(),
            object_kind: self.object.0.to_owned(),
            object_id: Some(self.object.1),
            detail: self.detail,
            ..note.clone()
        }
    }
}

impl From<&Riscossione> for Conti {
    fn from(now: &Riscossione) -> Self {
        Self {
            iban: now.iban.clone(),
            intestatario: now.intestatario.clone(),
            creditor_id: now.creditor_id.clone(),
            cbill: now.cbill.clone(),
            stazione: now.stazione.clone(),
        }
    }
}

/// The accounts and the series as they stand; none for an ente that does not collect here.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn conti(portal: &Portal, ctx: &Ctx) -> Result<Option<(Conti, Serie)>> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    let settings = portal.store().read(ente, async move |read| ente_row::settings(read, ente).await).await?;
    let riscossione = settings.and_then(|settings| settings.riscossione);
    Ok(riscossione.map(|now| (Conti::from(&now), Serie { serie: now.serie })))
}

/// Reads a change that was written down.
///
/// # Errors
/// [`Error::Failed`] when it is none of its kind.
pub fn read_change(kind: PropostaKind, document: &Value) -> Result<Change> {
    let document = document.clone();
    let read = match kind {
        PropostaKind::Conti => serde_json::from_value(document).map(Change::Conti),
        PropostaKind::Numerazione => serde_json::from_value(document).map(Change::Numerazione),
        PropostaKind::Tariffe => serde_json::from_value(document).map(Change::Tariffe),
    };
    read.map_err(|error| Error::failed("reading a proposta", error))
}

impl Change {
    /// What it changes.
    pub const fn kind(&self) -> PropostaKind {
        match self {
            Self::Conti(_) => PropostaKind::Conti,
            Self::Numerazione(_) => PropostaKind::Numerazione,
            Self::Tariffe(_) => PropostaKind::Tariffe,
        }
    }

    /// The change in the form in which it is kept, if it could take effect at all.
    pub(super) fn checked(self) -> Result<Self> {
        match self {
            Self::Conti(conti) => conti.checked().map(Self::Conti),
            Self::Numerazione(serie) => serie.checked().map(Self::Numerazione),
            Self::Tariffe(new) => {
                let atto = tariffe::checked_atto(&new.atto, (new.dal, new.al))?;
                Ok(Self::Tariffe(Tariffe { atto, ..new }))
            }
        }
    }

    /// Its JSON.
    pub(super) fn document(&self) -> sportello_store::Result<Value> {
        let written = match self {
            Self::Conti(conti) => serde_json::to_value(conti),
            Self::Numerazione(serie) => serde_json::to_value(serie),
            Self::Tariffe(new) => serde_json::to_value(new),
        };
        written.map_err(sportello_store::Error::refused)
    }

    /// Takes effect on what stands.
    pub(super) async fn apply(
        self,
        tx: &mut Tx,
        ente: EnteId,
        base: Base,
        (id, now): (Uuid, DateTime<Utc>),
    ) -> sportello_store::Result<Effect> {
        let (settings, riscossione, names) = match (self, base.stands) {
            (Self::Tariffe(new), _) => {
                let Tariffe { dal, al, atto, piano } = new;
                let servizio = campi::MENSA.to_owned();
                let row = PianoRow { id, servizio, dal, al, atto, piano: Json(piano), created_at: now };
                tariffa::add(tx, ente, &row).await?;
                let object = ("piano_tariffario", id);
                return Ok(Effect { action: "tariffa.publish", object, detail: Json(json!({})) });
            }
            (Self::Conti(to), Stands::Conti(settings, now)) => {
                let Conti { iban, intestatario, creditor_id, cbill, stazione } = to;
                (settings, Riscossione { iban, intestatario, creditor_id, cbill, stazione, ..now }, "riscossione.conti")
            }
            (Self::Numerazione(to), Stands::Numerazione(settings, now)) => {
                (settings, Riscossione { serie: to.serie, ..now }, "riscossione.serie")
            }
            _ => return Err(Reason::NotAllowedNow.refuse()),
        };
        let settings = EnteSettings { riscossione: Some(riscossione), ..*settings };
        if !ente_row::change(tx, ente, &settings).await? {
            return Err(Reason::NotFound.refuse());
        }
        let detail = Json(json!({ "settings": [names] }));
        Ok(Effect { action: "ente.change", object: ("ente", ente.uuid()), detail })
    }
}

/// What stands now, as far as this kind of change is concerned; none at an ente that does not collect. To be read in
/// the transaction that relies on it.
pub(super) async fn base(read: &mut Read, ente: EnteId, kind: PropostaKind) -> sportello_store::Result<Option<Base>> {
    if kind == PropostaKind::Tariffe {
        let piani = tariffa::of_service(read, ente, campi::MENSA).await?;
        let document: Vec<Value> = piani.iter().map(plan).collect();
        return Ok(Some(Base { sha256: digest(&document)?, stands: Stands::Tariffe(piani) }));
    }
    let settings = ente_row::settings(read, ente).await?.ok_or_else(|| Reason::NotFound.refuse())?;
    let Some(now) = settings.riscossione.clone() else { return Ok(None) };
    let settings = Box::new(settings);
    Ok(Some(if kind == PropostaKind::Numerazione {
        Base { sha256: digest(&json!({ "serie": now.serie }))?, stands: Stands::Numerazione(settings, now) }
    } else {
        Base { sha256: digest(&Conti::from(&now))?, stands: Stands::Conti(settings, now) }
    }))
}

impl Base {
    /// What the change would take the place of; null for a plan where none is in force on its first day.
    pub(super) fn before(&self, change: &Change) -> Value {
        match (&self.stands, change) {
            (Stands::Conti(_, now), _) => json!(Conti::from(now)),
            (Stands::Numerazione(_, now), _) => json!({ "serie": now.serie }),
            (Stands::Tariffe(piani), Change::Tariffe(new)) => {
                tariffe::in_force(piani, new.dal).map_or(Value::Null, |place| plan(&piani[place]))
            }
            (Stands::Tariffe(_), _) => Value::Null,
        }
    }

    /// Refuses a plan on the first day of another one.
    pub(super) fn allows(&self, change: &Change) -> sportello_store::Result<()> {
        match (&self.stands, change) {
            (Stands::Tariffe(piani), Change::Tariffe(new)) if piani.iter().any(|piano| piano.dal == new.dal) => {
                Err(Reason::NotAllowedNow.refuse())
            }
            _ => Ok(()),
        }
    }
}

impl Conti {
    fn checked(self) -> Result<Self> {
        let iban = Iban::parse(&self.iban).map_err(|_| Error::Unacceptable(fault::IBAN))?.as_str().to_owned();
        let intestatario = short(&self.intestatario, INTESTATARIO_MAX, fault::INTESTATARIO)?;
        let cbill = short(&self.cbill, CBILL_MAX, fault::CBILL)?.to_uppercase();
        if !cbill.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Error::Unacceptable(fault::CBILL));
        }
        let stazione_id = short(&self.stazione.stazione_id, STAZIONE_MAX, fault::STAZIONE)?;
        if !stazione_id.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::Unacceptable(fault::STAZIONE));
        }
        let intermediario_cf = short(&self.stazione.intermediario_cf, 11, fault::INTERMEDIARIO)?;
        if intermediario_cf.len() != 11 || !intermediario_cf.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::Unacceptable(fault::INTERMEDIARIO));
        }
        let stazione = Stazione { intermediario_cf, stazione_id, ..self.stazione };
        Ok(Self { iban, intestatario, cbill, stazione, ..self })
    }
}

impl Serie {
    fn checked(self) -> Result<Self> {
        let serie = short(&self.serie, SERIE_MAX, fault::SERIE)?;
        let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        if serie.bytes().all(fits) { Ok(Self { serie }) } else { Err(Error::Unacceptable(fault::SERIE)) }
    }
}

/// A line that stands there and is not too long.
fn short(text: &str, max: usize, what: &'static str) -> Result<String> {
    typed::line(text, 1..=max).ok_or(Error::Unacceptable(what))
}

fn plan(row: &PianoRow) -> Value {
    json!({ "dal": row.dal, "al": row.al, "atto": row.atto, "piano": row.piano.0 })
}

fn digest<T: serde::Serialize>(value: &T) -> sportello_store::Result<String> {
    let document = canonical::of(value).map_err(sportello_store::Error::refused)?;
    Ok(canonical::sha256_hex(document.as_bytes()))
}
