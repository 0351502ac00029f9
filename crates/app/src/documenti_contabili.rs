//! Documenti contabili: the invoices and credit notes of a signed-in parent, and of nobody else (guide, G10 and G11).

use std::collections::HashMap;

use chrono::NaiveDate;
use sportello_domain::{
    avviso::NumeroAvviso,
    delega::DelegaScope,
    euro::Euro,
    fatturazione::document_number,
    id::{AlunnoId, DocumentoContabileId, EnteId, PersonaId, PosizioneId},
};
use sportello_store::{
    Read,
    debito::{self, DebitoRow},
    documento_contabile::{self as documento, DocumentoContabileRow, FiglioRow, FileRow},
    file::FileKind,
    incasso::{self, Mezzo},
    spontaneo,
};

use crate::{Ctx, Error, Portal, Result, bozza::Download, pagamenti};

pub use sportello_domain::{fatturazione::Riga, posizione::DebitoState};
pub use sportello_store::documento_contabile::Kind;

/// A child with enrolments that the person pays for.
#[derive(Clone, Debug)]
pub struct Figlio {
    /// The child.
    pub id: AlunnoId,
    /// Given and family name.
    pub name: String,
    /// Name of the school.
    pub plesso: String,
    /// Name of the class.
    pub classe: String,
    /// What is still to be paid for the child, debits that are on their way left out.
    pub open: Euro,
}

/// A document in the list of a child.
#[derive(Clone, Debug)]
pub struct DocumentoRow {
    /// The document.
    pub id: DocumentoContabileId,
    /// Invoice or credit note.
    pub kind: Kind,
    /// Number as people write it: `12/M/2026`.
    pub number: String,
    /// First day of the month that it charges.
    pub period: NaiveDate,
    /// Day of issue.
    pub issued_on: NaiveDate,
    /// Day by which it is to be paid.
    pub due_on: NaiveDate,
    /// Total.
    pub total: Euro,
    /// What has become of its debt; none for a credit note.
    pub state: Option<DebitoState>,
    /// Size of its PDF in bytes, once it is made.
    pub pdf_bytes: Option<u64>,
}

/// An amount received.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Day of the payment.
    pub on: NaiveDate,
    /// Whether the bank debited it (else it came through pagoPA).
    pub by_debit: bool,
    /// The amount.
    pub amount: Euro,
}

/// A document with everything that its page shows.
#[derive(Clone, Debug)]
pub struct DocumentoPage {
    /// The facts of the list.
    pub row: DocumentoRow,
    /// The child's name.
    pub alunno: String,
    /// What is charged.
    pub righe: Vec<Riga>,
    /// Net amount.
    pub net: Euro,
    /// VAT.
    pub vat: Euro,
    /// Rate of VAT, in hundredths of a percent.
    pub rate_bp: i64,
    /// What has been received.
    pub payments: Vec<Payment>,
    /// The debt, when it can be paid online now.
    pub payable: Option<PosizioneId>,
    /// What is still to be paid of it; less than the total after a credit note for some of the lines.
    pub owed: Euro,
    /// The debt with a notice that can be printed, and the notice's number in groups of four.
    pub notice: Option<(PosizioneId, String)>,
    /// The document that this one corrects, or that corrects it.
    pub linked: Option<Linked>,
}

/// How two documents hang together.
#[derive(Clone, Debug)]
pub enum Linked {
    /// This credit note corrects an invoice with this number.
    Corrects(String),
    /// This invoice is corrected by a credit note with this number.
    CorrectedBy(String),
}

/// The children whose enrolments the person pays for, the eldest first.
///
/// # Errors
/// [`Error::SignInNeeded`].
pub async fn children(portal: &Portal, ctx: &Ctx) -> Result<Vec<Figlio>> {
    let (ente, persona) = (ctx.ente_id(), ctx.titolare(DelegaScope::View)?);
    let rows = portal.store().read(ente, async move |read| documento::children(read, ente, persona).await).await?;
    Ok(rows.into_iter().map(figlio).collect())
}

fn figlio(row: FiglioRow) -> Figlio {
    Figlio {
        id: row.alunno_id,
        name: format!("{} {}", row.nome, row.cognome),
        plesso: row.plesso,
        classe: row.classe,
        open: Euro::from_cents(row.open_cents),
    }
}

/// One child and its documents, the latest first.
///
/// # Errors
/// [`Error::NotFound`] for a child whom the person does not pay for.
pub async fn of_child(portal: &Portal, ctx: &Ctx, alunno: AlunnoId) -> Result<(Figlio, Vec<DocumentoRow>)> {
    let (ente, persona, now) = (ctx.ente_id(), ctx.titolare(DelegaScope::View)?, portal.clock().now());
    let found = portal
        .store()
        .read(ente, async move |read| {
            let children = documento::children(read, ente, persona).await?;
            let Some(child) = children.into_iter().find(|child| child.alunno_id == alunno) else { return Ok(None) };
            let documents = documento::of_child(read, ente, persona, alunno).await?;
            let files = documento::files_of_child(read, ente, persona, alunno).await?;
            let debts = debito::of_person(read, ente, persona).await?;
            Ok(Some((child, documents, files, debts)))
        })
        .await?;
    let (child, documents, files, debts) = found.ok_or(Error::NotFound)?;
    let debts: HashMap<_, _> = debts.into_iter().filter_map(|debt| Some((debt.documento_id?, debt))).collect();
    let rows = documents.iter().map(|document| {
        let state = debts.get(&document.id).map(|debt| pagamenti::view(debt.clone(), now).state);
        row(document, state, files.iter().find(|file| file.documento_id == document.id))
    });
    Ok((figlio(child), rows.collect()))
}

fn row(document: &DocumentoContabileRow, state: Option<DebitoState>, pdf: Option<&FileRow>) -> DocumentoRow {
    DocumentoRow {
        id: document.id,
        kind: document.kind,
        number: number(document),
        period: document.periodo.first_day(),
        issued_on: document.emesso_il,
        due_on: document.scadenza,
        total: Euro::from_cents(document.total_cents),
        state,
        pdf_bytes: pdf.map(|file| u64::try_from(file.bytes).unwrap_or_default()),
    }
}

/// The number of a document as people write it: `12/M/2026`.
pub(crate) fn number(document: &DocumentoContabileRow) -> String {
    document_number(document.numero, &document.serie, document.anno)
}

/// One document of a child.
///
/// # Errors
/// [`Error::NotFound`] for one that another person pays, or of another child.
pub async fn page(
    portal: &Portal,
    ctx: &Ctx,
    alunno: AlunnoId,
    documento: DocumentoContabileId,
) -> Result<DocumentoPage> {
    let (ente, persona, now) = (ctx.ente_id(), ctx.titolare(DelegaScope::View)?, portal.clock().now());
    let read = portal.store().read(ente, async move |read| shown(read, ente, persona, alunno, documento).await);
    let shown = read.await?.ok_or(Error::NotFound)?;
    let debt = shown.debt.map(|debt| (debt.codice_avviso.clone(), pagamenti::view(debt, now)));
    let state = debt.as_ref().map(|(_, debt)| debt.state);
    let may_pay = ctx.titolare(DelegaScope::Pay).is_ok();
    let payable = debt.filter(|(_, debt)| debt.payable && may_pay);
    let document = &shown.document;
    Ok(DocumentoPage {
        row: row(document, state, shown.pdf.as_ref()),
        alunno: figlio(shown.child).name,
        righe: document.righe.0.clone(),
        net: Euro::from_cents(document.net_cents),
        vat: Euro::from_cents(document.vat_cents),
        rate_bp: document.aliquota_bp,
        payments: shown.payments,
        payable: payable.as_ref().map(|(_, debt)| debt.id),
        owed: payable.as_ref().map_or(Euro::ZERO, |(_, debt)| debt.amount),
        notice: payable.and_then(|(code, debt)| Some((debt.id, NumeroAvviso::parse(&code?).ok()?.grouped()))),
        linked: shown.linked.map(|other| match other.kind {
            Kind::Invoice => Linked::Corrects(number(&other)),
            Kind::CreditNote => Linked::CorrectedBy(number(&other)),
        }),
    })
}

/// What the page of a document is made of.
struct Found {
    child: FiglioRow,
    document: DocumentoContabileRow,
    pdf: Option<FileRow>,
    debt: Option<DebitoRow>,
    payments: Vec<Payment>,
    linked: Option<DocumentoContabileRow>,
}

async fn shown(
    read: &mut Read,
    ente: EnteId,
    persona: PersonaId,
    alunno: AlunnoId,
    id: DocumentoContabileId,
) -> sportello_store::Result<Option<Found>> {
    let Some(document) = own(read, ente, persona, alunno, id).await? else { return Ok(None) };
    let children = documento::children(read, ente, persona).await?;
    let Some(child) = children.into_iter().find(|child| child.alunno_id == alunno) else { return Ok(None) };
    let debts = debito::of_person(read, ente, persona).await?;
    let debt = debts.into_iter().find(|debt| debt.documento_id == Some(id));
    let payments = match &debt {
        Some(debt) => payments(read, ente, debt.id).await?,
        None => Vec::new(),
    };
    let linked = match document.credits_id {
        Some(invoice) => documento::by_id(read, ente, invoice).await?,
        None => documento::credit_note(read, ente, id).await?,
    };
    let pdf = pdf_of(read, ente, id).await?;
    Ok(Some(Found { child, document, pdf, debt, payments, linked }))
}

/// A document, when this person pays it for this child.
async fn own(
    read: &mut Read,
    ente: EnteId,
    persona: PersonaId,
    alunno: AlunnoId,
    id: DocumentoContabileId,
) -> sportello_store::Result<Option<DocumentoContabileRow>> {
    let found = documento::by_id(read, ente, id).await?;
    Ok(found.filter(|document| document.persona_id == persona && document.alunno_id == alunno))
}

pub(crate) async fn pdf_of(
    read: &mut Read,
    ente: EnteId,
    id: DocumentoContabileId,
) -> sportello_store::Result<Option<FileRow>> {
    let files = documento::files(read, ente, id).await?;
    Ok(files.into_iter().find(|file| file.kind == documento::PDF))
}

/// What was received for a debt: its own money, and that of a spontaneous payment that stands for it.
pub(crate) async fn payments(
    read: &mut Read,
    ente: EnteId,
    debt: PosizioneId,
) -> sportello_store::Result<Vec<Payment>> {
    let received = incasso::of_debt(read, ente, debt).await?.into_iter().map(|row| Payment {
        on: row.value_date,
        by_debit: row.mezzo == Mezzo::Sdd,
        amount: Euro::from_cents(row.amount_cents),
    });
    let matched = spontaneo::match_of(read, ente, debt).await?.map(|row| Payment {
        on: row.value_date,
        by_debit: false,
        amount: Euro::from_cents(row.amount_cents),
    });
    Ok(received.chain(matched).collect())
}

/// The PDF of a document; none while it is being made.
///
/// # Errors
/// [`Error::NotFound`] for one that another person pays, or of another child.
pub async fn pdf(
    portal: &Portal,
    ctx: &Ctx,
    alunno: AlunnoId,
    documento: DocumentoContabileId,
) -> Result<Option<Download>> {
    let (ente, persona) = (ctx.ente_id(), ctx.titolare(DelegaScope::View)?);
    let found = portal
        .store()
        .read(ente, async move |read| {
            if own(read, ente, persona, alunno, documento).await?.is_none() {
                return Ok(None);
            }
            Ok(Some(pdf_of(read, ente, documento).await?))
        })
        .await?;
    let Some(file) = found.ok_or(Error::NotFound)? else { return Ok(None) };
    let sealer = portal.sealer(ente).await?;
    let content = portal.files().get_sealed(&sealer, FileKind::Documento, documento.uuid()).await?;
    Ok(Some(Download { name: file.name, media_type: "application/pdf".to_owned(), content: content.into() }))
}
