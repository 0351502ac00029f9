//! Invoices and credit notes as the office reads them: the list with filters and search, one document, its PDF.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    calendar, collation,
    euro::Euro,
    fatturazione::{Modalita, Riga, document_number},
    id::{CicloId, DocumentoContabileId, EnteId},
    posizione::PosizioneStatus,
    ruolo::Ruolo,
    testo,
};
use sportello_store::{
    Read, alunno,
    audit::{self, DeedRow},
    debito::{self, DebitoRow},
    documento_contabile::{self as documento, DocumentoContabileRow, FileRow, Kind},
    elenco_documento::{self as elenco, ElencoQuery, ElencoRow},
    file::FileKind,
    persona::{self, PersonaRow},
    riconciliazione::{self, DecisionRow, Subject},
};

use super::{READERS, credit::DEED};
use crate::{
    Actor, Ctx, Error, Portal, Result,
    bozza::Download,
    documenti_contabili::{self, Payment, number},
    pagamenti,
    riconciliazione::Decided,
};

/// Rows on one page of the list.
const PAGE_ROWS: i64 = 50;
/// Longest text that is searched for, in characters.
const MAX_SEARCH: usize = 80;

/// A filter of the list; it lives in the address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DocumentFilter {
    /// Every document.
    #[default]
    All,
    /// To be paid.
    ToPay,
    /// To be paid, after the due date.
    Overdue,
    /// With the bank, or debited.
    Debit,
    /// Paid.
    Paid,
    /// Corrected by a credit note.
    Credited,
    /// Credit notes.
    Notes,
}

/// What the list is asked for.
#[derive(Clone, Debug, Default)]
pub struct DocumentQuery {
    /// The filter.
    pub filter: DocumentFilter,
    /// A number (`12`, `12/2026`, `12/M/2026`) or part of a child's or payer's name.
    pub text: String,
    /// Only the documents of this run.
    pub ciclo: Option<CicloId>,
    /// Page, from 1.
    pub page: u32,
}

/// What has become of the debt of an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DebtState {
    /// Its state.
    pub status: PosizioneStatus,
    /// By which way it is collected.
    pub modalita: Modalita,
    /// Whether it is to be paid and its day is over.
    pub overdue: bool,
}

/// A document in the list.
#[derive(Clone, Debug)]
pub struct DocumentRow {
    /// The document.
    pub id: DocumentoContabileId,
    /// Invoice or credit note.
    pub kind: Kind,
    /// `12/M/2026`.
    pub number: String,
    /// First day of the month that it charges.
    pub period: NaiveDate,
    /// Day of issue.
    pub issued_on: NaiveDate,
    /// Total.
    pub total: Euro,
    /// The child: family and given name.
    pub alunno: String,
    /// The payer: family and given name.
    pub pagante: String,
    /// Its debt; none for a credit note.
    pub debt: Option<DebtState>,
    /// What a credit note took back.
    pub credited: Option<Euro>,
}

/// A page of the list.
#[derive(Clone, Debug)]
pub struct DocumentList {
    /// The rows, the latest first.
    pub rows: Vec<DocumentRow>,
    /// How many match.
    pub total: i64,
    /// Page shown, from 1.
    pub page: u32,
    /// How many pages there are, at least 1.
    pub pages: u32,
}

/// The debt of an invoice, as the office reads it.
#[derive(Clone, Debug)]
pub struct OfficeDebt {
    /// Its state.
    pub state: DebtState,
    /// Day by which it is to be paid.
    pub due_on: NaiveDate,
    /// What is still owed.
    pub owed: Euro,
    /// Day of its collection, while it waits in a file of direct debits.
    pub debit_on: Option<NaiveDate>,
    /// Notice number in groups of four.
    pub notice: Option<String>,
}

/// The credit note of an invoice.
#[derive(Clone, Debug)]
pub struct Nota {
    /// The credit note.
    pub id: DocumentoContabileId,
    /// `3/M/2026`.
    pub number: String,
    /// Its total.
    pub total: Euro,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// Who made it, where that is known.
    pub by: Option<String>,
    /// Whether that is the person who asks.
    pub by_me: bool,
    /// Why.
    pub reason: String,
    /// What the payer gets back because of it, and what was decided about that.
    pub credit: Option<(Euro, Option<Decided>)>,
}

/// A document as the office sees it.
#[derive(Clone, Debug)]
pub struct OfficeDocument {
    /// The document.
    pub id: DocumentoContabileId,
    /// Invoice or credit note.
    pub kind: Kind,
    /// `12/M/2026`.
    pub number: String,
    /// First day of the month that it charges.
    pub period: NaiveDate,
    /// Day of issue.
    pub issued_on: NaiveDate,
    /// The child's name.
    pub alunno: String,
    /// The payer's name.
    pub pagante: String,
    /// Codice fiscale of the payer.
    pub codice_fiscale: String,
    /// Its lines.
    pub righe: Vec<Riga>,
    /// Net amount.
    pub net: Euro,
    /// VAT.
    pub vat: Euro,
    /// Rate of VAT, in hundredths of a percent.
    pub rate_bp: i64,
    /// Total.
    pub total: Euro,
    /// Size of its PDF in bytes, once it is made.
    pub pdf_bytes: Option<u64>,
    /// The debt of an invoice.
    pub debt: Option<OfficeDebt>,
    /// What has been received.
    pub payments: Vec<Payment>,
    /// The invoice that a credit note corrects.
    pub corrects: Option<(DocumentoContabileId, String)>,
    /// The credit note of an invoice; on the page of a credit note, itself.
    pub nota: Option<Nota>,
    /// Whether the person may make a credit note for it now.
    pub can_credit: bool,
}

/// A page of the list.
///
/// # Errors
/// [`Error::SignInNeeded`], [`Error::Forbidden`].
pub async fn documents(portal: &Portal, ctx: &Ctx, query: &DocumentQuery) -> Result<DocumentList> {
    ctx.operatore(&READERS)?;
    let (ente, today) = (ctx.ente_id(), calendar::legal_date(portal.clock().now()));
    let page = i64::from(query.page.max(1));
    let asked = ElencoQuery { offset: (page - 1) * PAGE_ROWS, limit: PAGE_ROWS, ..asked(query, today) };
    let rows = portal.store().read(ente, async move |read| elenco::page(read, ente, &asked).await).await?;
    let total = rows.first().map_or(0, |row| row.total);
    Ok(DocumentList {
        rows: rows.into_iter().map(|row| document_row(row, today)).collect(),
        total,
        page: u32::try_from(page).unwrap_or(u32::MAX),
        pages: u32::try_from((total + PAGE_ROWS - 1) / PAGE_ROWS).unwrap_or(u32::MAX).max(1),
    })
}

/// What a query asks of the store, whichever page.
pub(super) fn asked(query: &DocumentQuery, today: NaiveDate) -> ElencoQuery {
    ElencoQuery { ciclo: query.ciclo, ..filtered(query.filter, today, search(&query.text)) }
}

fn filtered(filter: DocumentFilter, today: NaiveDate, query: ElencoQuery) -> ElencoQuery {
    use PosizioneStatus as S;
    match filter {
        DocumentFilter::All => query,
        DocumentFilter::ToPay => ElencoQuery { status: Some([S::Open, S::Unpaid]), ..query },
        DocumentFilter::Overdue => ElencoQuery { status: Some([S::Open, S::Unpaid]), due_before: Some(today), ..query },
        DocumentFilter::Debit => ElencoQuery { status: Some([S::Collecting, S::Debited]), ..query },
        DocumentFilter::Paid => ElencoQuery { status: Some([S::Paid, S::Paid]), ..query },
        DocumentFilter::Credited => ElencoQuery { credited: true, ..query },
        DocumentFilter::Notes => ElencoQuery { kind: Some(Kind::CreditNote), ..query },
    }
}

/// What a text asks for: a number of a document, or part of a name.
fn search(text: &str) -> ElencoQuery {
    let text: String = text.trim().chars().take(MAX_SEARCH).collect();
    let parts: Vec<&str> = text.split('/').map(str::trim).collect();
    let numero = parts.first().and_then(|part| part.parse().ok());
    let (serie, anno) = match parts.as_slice() {
        [_, serie, anno] => (Some((*serie).to_uppercase()), anno.parse().ok()),
        [_, other] => match other.parse() {
            Ok(anno) => (None, Some(anno)),
            Err(_) => (Some(other.to_uppercase()), None),
        },
        _ => (None, None),
    };
    if numero.is_some() {
        return ElencoQuery { numero, serie, anno, ..ElencoQuery::default() };
    }
    ElencoQuery { text: (!text.is_empty()).then(|| collation::key(&text)), ..ElencoQuery::default() }
}

fn debt_state(status: PosizioneStatus, modalita: Modalita, due_on: NaiveDate, today: NaiveDate) -> DebtState {
    DebtState { status, modalita, overdue: status.payable_online(modalita) && due_on < today }
}

fn document_row(row: ElencoRow, today: NaiveDate) -> DocumentRow {
    let debt = row.status.zip(row.modalita).zip(row.scadenza);
    DocumentRow {
        id: row.id,
        kind: row.kind,
        number: document_number(row.numero, &row.serie, row.anno),
        period: row.periodo.first_day(),
        issued_on: row.emesso_il,
        total: Euro::from_cents(row.total_cents),
        alunno: format!("{} {}", row.alunno_cognome, row.alunno_nome),
        pagante: format!("{} {}", row.pagante_cognome, row.pagante_nome),
        debt: debt.map(|((status, modalita), due_on)| debt_state(status, modalita, due_on, today)),
        credited: row.credited_cents.map(Euro::from_cents),
    }
}

/// What the page of a document is made of.
struct Found {
    document: DocumentoContabileRow,
    alunno: String,
    payer: PersonaRow,
    pdf: Option<FileRow>,
    debt: Option<DebitoRow>,
    payments: Vec<Payment>,
    corrects: Option<DocumentoContabileRow>,
    nota: Option<NotaFound>,
}

/// A credit note with its deed and what it left.
struct NotaFound {
    row: DocumentoContabileRow,
    deed: Option<DeedRow>,
    credit: Option<(i64, Option<DecisionRow>)>,
}

/// One document.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`] for one of another ente.
pub async fn document(portal: &Portal, ctx: &Ctx, id: DocumentoContabileId) -> Result<OfficeDocument> {
    ctx.operatore(&READERS)?;
    let (ente, now) = (ctx.ente_id(), portal.clock().now());
    let today = calendar::legal_date(now);
    let found = portal.store().read(ente, async move |read| find(read, ente, id).await).await?;
    let found = found.ok_or(Error::NotFound)?;
    let document = &found.document;
    let debt = found.debt.map(|debt| OfficeDebt {
        state: debt_state(debt.status, debt.modalita, debt.scadenza, today),
        due_on: debt.scadenza,
        debit_on: debt.debit_on,
        notice: debt.codice_avviso.as_deref().map(testo::grouped),
        owed: if debt.status.is_owed() { pagamenti::view(debt, now).amount } else { Euro::ZERO },
    });
    let can_credit = document.kind == Kind::Invoice
        && found.nota.is_none()
        && debt.as_ref().is_none_or(|debt| debt.state.status != PosizioneStatus::Collecting)
        && holds(ctx, &super::ISSUERS);
    Ok(OfficeDocument {
        id,
        kind: document.kind,
        number: number(document),
        period: document.periodo.first_day(),
        issued_on: document.emesso_il,
        alunno: found.alunno,
        pagante: format!("{} {}", found.payer.nome, found.payer.cognome),
        codice_fiscale: found.payer.codice_fiscale,
        righe: document.righe.0.clone(),
        net: Euro::from_cents(document.net_cents),
        vat: Euro::from_cents(document.vat_cents),
        rate_bp: document.aliquota_bp,
        total: Euro::from_cents(document.total_cents),
        pdf_bytes: found.pdf.map(|file| u64::try_from(file.bytes).unwrap_or_default()),
        debt,
        payments: found.payments,
        corrects: found.corrects.map(|invoice| (invoice.id, number(&invoice))),
        nota: found.nota.map(|nota| nota_view(ctx, nota)),
        can_credit,
    })
}

fn holds(ctx: &Ctx, roles: &[Ruolo]) -> bool {
    matches!(&ctx.actor, Actor::Operatore(_, held) if held.iter().any(|ruolo| roles.contains(ruolo)))
}

fn nota_view(ctx: &Ctx, nota: NotaFound) -> Nota {
    let NotaFound { row, deed, credit } = nota;
    let me = match &ctx.actor {
        Actor::Operatore(signed, _) => Some(signed.persona),
        Actor::Nobody | Actor::Cittadino(_) => None,
    };
    let reason = deed.as_ref().and_then(|deed| deed.detail.0["reason"].as_str()).unwrap_or_default().to_owned();
    Nota {
        id: row.id,
        number: number(&row),
        total: Euro::from_cents(row.total_cents),
        at: row.created_at,
        by_me: deed.as_ref().is_some_and(|deed| Some(deed.actor) == me),
        by: deed.map(|deed| format!("{} {}", deed.nome, deed.cognome)),
        reason,
        credit: credit.map(|(cents, decided)| (Euro::from_cents(cents), decided.map(|row| Decided::new(ctx, row)))),
    }
}

async fn find(read: &mut Read, ente: EnteId, id: DocumentoContabileId) -> sportello_store::Result<Option<Found>> {
    let Some(document) = documento::by_id(read, ente, id).await? else { return Ok(None) };
    let Some(payer) = persona::by_id(read, ente, document.persona_id).await? else { return Ok(None) };
    let Some(child) = alunno::by_id(read, ente, document.alunno_id).await? else { return Ok(None) };
    let debts = debito::of_person(read, ente, document.persona_id).await?;
    let debt = debts.into_iter().find(|debt| debt.documento_id == Some(id));
    let payments = match &debt {
        Some(debt) => documenti_contabili::payments(read, ente, debt.id).await?,
        None => Vec::new(),
    };
    let corrects = match document.credits_id {
        Some(invoice) => documento::by_id(read, ente, invoice).await?,
        None => None,
    };
    let nota = match document.kind {
        Kind::Invoice => documento::credit_note(read, ente, id).await?,
        Kind::CreditNote => Some(document.clone()),
    };
    let nota = match nota {
        Some(row) => Some(nota_found(read, ente, row).await?),
        None => None,
    };
    let pdf = documenti_contabili::pdf_of(read, ente, id).await?;
    let alunno = format!("{} {}", child.nome, child.cognome);
    Ok(Some(Found { document, alunno, payer, pdf, debt, payments, corrects, nota }))
}

async fn nota_found(read: &mut Read, ente: EnteId, row: DocumentoContabileRow) -> sportello_store::Result<NotaFound> {
    let deed = audit::done(read, ente, "documento_contabile", row.id.uuid(), DEED).await?;
    let credit = match riconciliazione::credit(read, ente, row.id).await? {
        Some(cents) => Some((cents, riconciliazione::of(read, ente, &Subject::Nota(row.id)).await?)),
        None => None,
    };
    Ok(NotaFound { row, deed, credit })
}

/// The PDF of a document; none while it is being made.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`] for one of another ente.
pub async fn pdf(portal: &Portal, ctx: &Ctx, id: DocumentoContabileId) -> Result<Option<Download>> {
    ctx.operatore(&READERS)?;
    let ente = ctx.ente_id();
    let found = portal
        .store()
        .read(ente, async move |read| {
            if documento::by_id(read, ente, id).await?.is_none() {
                return Ok(None);
            }
            Ok(Some(documenti_contabili::pdf_of(read, ente, id).await?))
        })
        .await?;
    let Some(file) = found.ok_or(Error::NotFound)? else { return Ok(None) };
    let sealer = portal.sealer(ente).await?;
    let content = portal.files().get_sealed(&sealer, FileKind::Documento, id.uuid()).await?;
    Ok(Some(Download { name: file.name, media_type: "application/pdf".to_owned(), content: content.into() }))
}

#[cfg(test)]
mod tests {
    use super::search;

    #[test]
    fn a_text_is_a_number_or_a_name() {
        let of = |text| {
            let query = search(text);
            (query.numero, query.serie, query.anno, query.text)
        };
        assert_eq!(of(" 12 "), (Some(12), None, None, None));
        assert_eq!(of("12/2026"), (Some(12), None, Some(2026), None));
        assert_eq!(of("12/m"), (Some(12), Some("M".into()), None, None));
        assert_eq!(of("12/M/2026"), (Some(12), Some("M".into()), Some(2026), None));
        assert_eq!(of("Nicolò"), (None, None, None, Some("nicolo".into())));
        assert_eq!(of("  "), (None, None, None, None));
    }
}
