//! Places that go by criteria: the points of what is filed, the list that is published, and the waiting list, which moves
//! when somebody gives up.
//!
//! Who stands before whom is worked out by the store, each time; `prenotazione` says what that means for one pratica.

use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    ente::Ente,
    foglio::{Cell, Formato},
    id::{EnteId, PraticaId},
    lingua::Lingua,
    modello::{self, Answers, Facts, Form, Value},
};
use sportello_store::{
    Json, Read, Tx,
    audit::{self, AuditRow},
    compito::{self, CompitoKind},
    graduatoria::{self as row, NewPunti},
    job, notifica,
    seal::{EnteSealer, Place, Sealed},
};

use crate::{
    Ctx, Error, Portal, Result, campi,
    ctx::system_note,
    filed::Filed,
    job::{POSTO, pratica_message},
    modello::Document,
    pratica::number,
    prenotazione::{self, standing},
    tabella::{Righe, Tabella, Testa},
    ufficio::esportazione::EXPORTERS,
};

/// Rows read in one step.
const STEP_ROWS: i64 = 500;
/// The headings of the list that is published; words of the portal's own, the same in every language.
const HEADINGS: [&str; 4] = ["graduatoria.posizione", "pratica.numero", "graduatoria.punti", "graduatoria.esito"];

/// A criterion that gave a pratica points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterio {
    /// What people read of it.
    pub label: String,
    /// What it gave.
    pub points: u32,
}

impl Criterio {
    /// One of a modello, in the words of a language.
    pub(crate) fn of(criterio: &modello::Criterio, lingua: Lingua, anno: AnnoScolastico) -> Self {
        Self { label: criterio.label.fill(lingua, anno), points: criterio.points }
    }
}

/// Where the criteria of a pratica are sealed.
fn place(id: PraticaId) -> Place {
    Place::new("graduatoria", "sealed_criteri", id)
}

/// The points of a pratica that is being filed, by its own answers; nothing where its modello has no criteria.
pub(crate) fn points(
    sealer: &EnteSealer,
    document: &Document,
    facts: &Facts,
    (id, answers): (PraticaId, &Answers),
) -> Result<Option<NewPunti>> {
    let modello = &document.modello;
    if modello.graduatoria.is_empty() {
        return Ok(None);
    }
    let form = Form::new(modello, answers, facts, Lingua::It);
    let (mut punti, mut held) = (0, Vec::new());
    for criterio in form.criteri() {
        punti += i64::from(criterio.points);
        held.push(criterio.id.as_str());
    }
    let held = serde_json::to_vec(&held).map_err(|error| Error::failed("writing criteria", error))?;
    let row = modello.split.as_ref().and_then(|group| answers.rows(group).first());
    let born = row.and_then(|row| row.value(campi::FIGLIO_NASCITA)).or_else(|| answers.value(campi::FIGLIO_NASCITA));
    let born_on = match born {
        Some(Value::Date(day)) => Some(*day),
        _ => None,
    };
    Ok(Some(NewPunti { punti, sealed_criteri: sealer.seal(&place(id), &held)?, born_on }))
}

/// The criteria that gave a pratica its points, from what was sealed of them. Whether the caller may read answers of class A
/// is asked first.
pub(crate) fn opened(
    sealer: &EnteSealer,
    filed: &Filed,
    lingua: Lingua,
    (id, sealed): (PraticaId, Option<&Sealed>),
) -> Result<Vec<Criterio>> {
    let Some(sealed) = sealed else { return Ok(Vec::new()) };
    let held = sealer.open(&place(id), sealed)?;
    // What stands there is not told.
    let held: Vec<String> =
        serde_json::from_slice(&held).map_err(|_| Error::failed("reading sealed criteria", "not their form"))?;
    let criteri = filed.document.modello.graduatoria.iter().filter(|criterio| held.contains(&criterio.id));
    Ok(criteri.map(|criterio| Criterio::of(criterio, lingua, filed.anno())).collect())
}

/// Calls those on the waiting list who stand within the places now, each once: a task of the office, a message to the
/// applicant, a row in the audit. It goes with the move after which somebody may stand there; at most 100 at once, the rest
/// with the next one.
pub(crate) async fn move_up(
    tx: &mut Tx,
    portal: &Portal,
    ente: &Ente,
    (modello, anno): (&str, AnnoScolastico),
) -> sportello_store::Result<()> {
    let (book_from, posti) = row::terms(tx, ente.id, modello, anno).await?;
    let Some(posti) = posti else { return Ok(()) };
    let now = portal.clock().now();
    for (id, persona) in row::called(tx, ente.id, (modello, anno), (posti, book_from.is_some())).await? {
        let task = portal.chance().uuid(now);
        compito::add(tx, ente.id, (task, CompitoKind::Posto), id, now).await?;
        let (message, letter) = pratica_message(portal, ente, (id, persona), POSTO, now);
        notifica::add(tx, ente.id, &message).await?;
        job::enqueue(tx, ente.id, &letter).await?;
        audit::record(tx, ente.id, &system_note(portal, "posto.call", "pratica", Some(id.uuid()))).await?;
    }
    Ok(())
}

/// The ranking for publication: numbers of pratiche, points and standing, and nobody's name.
#[derive(Debug)]
pub struct Elenco {
    ente: EnteId,
    modello: String,
    anno: AnnoScolastico,
    posti: i64,
    /// Whether it was read.
    read: bool,
}

/// Begins to take out the ranking of a modello and school year. That it was done is in the audit log before the first byte
/// leaves.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`]; [`Error::NotFound`] for one whose places do not go by criteria.
pub async fn take_out(
    portal: &Portal,
    ctx: &Ctx,
    (code, anno): (&str, AnnoScolastico),
    formato: Formato,
) -> Result<Tabella<Elenco>> {
    ctx.operatore(&EXPORTERS)?;
    let offerta = prenotazione::offer(portal, ctx, code, anno).await?;
    if offerta.from.is_some() {
        return Err(Error::NotFound);
    }
    let detail = serde_json::json!({ "modello": code, "anno": anno.first_year(), "format": formato.word() });
    let note = AuditRow { detail: Json(detail), ..ctx.note(portal, "graduatoria.export", "graduatoria", None) };
    let ente = ctx.ente_id();
    let rows = Elenco { ente, modello: offerta.code, anno, posti: offerta.posti, read: false };
    let testa = Testa::new(formato, format!("graduatoria-{code}-{}", anno.first_year()), &HEADINGS);
    Tabella::begin(portal, ctx, note, testa, rows).await
}

impl Righe for Elenco {
    async fn next(&mut self, portal: &Portal) -> Result<Option<Vec<Vec<Cell>>>> {
        let (ente, modello, anno) = (self.ente, self.modello.clone(), self.anno);
        if std::mem::replace(&mut self.read, true) {
            return Ok(None);
        }
        // In one look: between two a place may move, and a pratica would be missing from what is published, or stand twice.
        let whole = async move |read: &mut Read| {
            let mut found: Vec<row::GraduatoriaRow> = Vec::new();
            loop {
                let last = found.last().map_or(0, |row| row.position);
                let step = row::order(read, ente, (&modello, anno), last, STEP_ROWS).await?;
                if step.is_empty() {
                    return Ok(found);
                }
                found.extend(step);
            }
        };
        let found = portal.store().report(ente, whole).await?;
        Ok(Some(found.iter().map(|row| self.cells(row)).collect()))
    }
}

impl Elenco {
    /// The cells under [`HEADINGS`].
    fn cells(&self, row: &row::GraduatoriaRow) -> Vec<Cell> {
        vec![
            Cell::Plain(row.position.to_string()),
            Cell::Plain(number(row.anno, row.numero)),
            Cell::Plain(row.punti.to_string()),
            Cell::Plain(standing(row.status, false, Some(row.place), self.posti).word()),
        ]
    }
}
