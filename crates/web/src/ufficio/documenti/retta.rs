//! One invoice or credit note as the office sees it: lines, file, debt, payments, and the form of the credit note.

use askama::Template;
use axum::{extract::Path, response::Response};
use sportello_app::fatturazione::{self, DocumentKind, Nota, OfficeDebt, OfficeDocument};
use sportello_domain::{id::DocumentoContabileId, posizione::PosizioneStatus};

use super::{debt_words, name};
use crate::{
    compila::frame::ErrorBox,
    cx::{Cx, html_status, id, refused_as},
    error::Result,
    handing::{Handing, hand_out},
    page::Page,
    text::Text,
    ufficio::{OfficeStatus, esito, framed, menu::DOCUMENTI},
};

#[derive(Template)]
#[template(path = "ufficio/retta.html")]
pub(super) struct DocumentPage {
    page: Page,
    path: String,
    status: Option<OfficeStatus>,
    /// Why a form was not carried out though nothing in it was wrong.
    late: Option<String>,
    errors: ErrorBox,
    facts: Vec<(String, String)>,
    lines: Vec<LineView>,
    totals: Vec<(String, String)>,
    payments: Vec<String>,
    /// Words of the link to the PDF.
    pdf: Option<String>,
    /// Path and words of the invoice that this credit note corrects.
    corrects: Option<(String, String)>,
    nota: Option<NotaView>,
    credit: Option<CreditForm>,
    no_credit: Option<String>,
}

struct LineView {
    value: String,
    text: String,
    rule: String,
    quantity: i64,
    unit: String,
    amount: String,
    chosen: bool,
}

/// The credit note of an invoice, or this one.
struct NotaView {
    /// Path and words of the note, on the page of its invoice.
    link: Option<(String, String)>,
    said: String,
    reason: String,
    /// What becomes of the money.
    money: String,
    /// Who gave it back, when; or the form that says so.
    decided: Option<esito::Said>,
    refund: Option<esito::Form>,
}

/// The form of the credit note.
struct CreditForm {
    reason: String,
    what: String,
}

/// What forms of the page brought that was not carried out.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) what: String,
    pub(super) lines: Vec<String>,
    pub(super) reason: String,
    pub(super) refund: esito::Typed,
    pub(super) errors: Vec<(&'static str, String)>,
    pub(super) late: Option<String>,
}

/// Shows a document.
pub async fn show(cx: Cx, Path(documento): Path<String>) -> Result<Response> {
    let shown = fatturazione::document(&cx.portal, &cx.ctx, id(&documento)?).await?;
    draw(&cx, &shown, Typed::default())
}

/// Hands out the PDF; leads back to the page while it is being made.
pub async fn pdf(cx: Cx, Path(documento): Path<String>) -> Result<Response> {
    let documento: DocumentoContabileId = id(&documento)?;
    match fatturazione::pdf(&cx.portal, &cx.ctx, documento).await? {
        Some(file) => Ok(hand_out(file, Handing::Inline)),
        None => Ok(cx.see_other(&path(documento))),
    }
}

/// Path of a document.
pub(super) fn path(documento: DocumentoContabileId) -> String {
    format!("{DOCUMENTI}/{documento}")
}

/// Draws the page, with what its forms brought.
pub(super) fn draw(cx: &Cx, shown: &OfficeDocument, typed: Typed) -> Result<Response> {
    html_status(refused_as(typed.late.is_some(), !typed.errors.is_empty()), &document_page(&cx.page(""), shown, typed))
}

fn document_page(base: &Page, shown: &OfficeDocument, typed: Typed) -> DocumentPage {
    let t = base.t;
    let Typed { what, lines, reason, refund, errors, late } = typed;
    let page = framed(base, name(t, shown.kind, &shown.number)).crumb(t.get("fatture-titolo"), DOCUMENTI);
    let errors = ErrorBox::of_fields(t, errors);
    let failed = late.is_some() || !errors.problems.is_empty();
    DocumentPage {
        page: page.failed_if(failed),
        path: path(shown.id),
        status: shown.debt.as_ref().map(|debt| debt_words(t, debt.state)),
        late,
        facts: facts(t, shown),
        lines: line_views(t, shown, &lines),
        totals: totals(t, shown),
        payments: payments(t, shown),
        pdf: shown.pdf_bytes.map(|bytes| t.get1("fatture-pdf", "peso", t.size(bytes))),
        corrects: shown
            .corrects
            .as_ref()
            .map(|(invoice, number)| (path(*invoice), name(t, DocumentKind::Invoice, number))),
        nota: shown.nota.as_ref().map(|nota| nota_view(t, shown, nota, refund, &errors)),
        credit: shown.can_credit.then_some(CreditForm { reason, what }),
        no_credit: no_credit(t, shown),
        errors,
    }
}

/// Why no credit note can be made, where that needs saying.
fn no_credit(t: Text, shown: &OfficeDocument) -> Option<String> {
    let with_bank = shown.debt.as_ref().is_some_and(|debt| debt.state.status == PosizioneStatus::Collecting);
    (shown.kind == DocumentKind::Invoice && shown.nota.is_none() && with_bank).then(|| t.get("fatture-nota-in-banca"))
}

fn facts(t: Text, shown: &OfficeDocument) -> Vec<(String, String)> {
    let mut facts = vec![
        (t.get("fatture-alunno"), shown.alunno.clone()),
        (t.get("fatture-pagante"), shown.pagante.clone()),
        (t.get("fatture-cf"), shown.codice_fiscale.clone()),
        (t.get("fatture-periodo"), t.month(shown.period)),
        (t.get("fatture-emessa"), t.date(shown.issued_on)),
    ];
    if let Some(debt) = &shown.debt {
        facts.extend(debt_facts(t, debt));
    }
    facts
}

fn debt_facts(t: Text, debt: &OfficeDebt) -> Vec<(String, String)> {
    let mut facts = vec![(t.get("fatture-scadenza"), t.date(debt.due_on))];
    facts.push((t.get("fatture-ancora"), t.euro(debt.owed.cents())));
    facts.extend(debt.debit_on.map(|day| (t.get("fatture-addebito-il"), t.date(day))));
    facts.extend(debt.notice.clone().map(|notice| (t.get("fatture-avviso"), notice)));
    facts
}

fn line_views(t: Text, shown: &OfficeDocument, chosen: &[String]) -> Vec<LineView> {
    let view = |(place, riga): (usize, &sportello_domain::fatturazione::Riga)| LineView {
        value: place.to_string(),
        text: riga.text.clone(),
        rule: riga.rule.clone(),
        quantity: riga.quantity,
        unit: t.euro(riga.unit.cents()),
        amount: t.euro(riga.amount.cents()),
        chosen: chosen.contains(&place.to_string()),
    };
    shown.righe.iter().enumerate().map(view).collect()
}

fn totals(t: Text, shown: &OfficeDocument) -> Vec<(String, String)> {
    vec![
        (t.get("fatture-imponibile"), t.euro(shown.net.cents())),
        (t.get1("fatture-iva", "aliquota", t.percent(shown.rate_bp)), t.euro(shown.vat.cents())),
        (t.get("fatture-totale"), t.euro(shown.total.cents())),
    ]
}

fn payments(t: Text, shown: &OfficeDocument) -> Vec<String> {
    let words = |payment: &sportello_app::documenti_contabili::Payment| {
        let key = if payment.by_debit { "fatture-incasso-sdd" } else { "fatture-incasso-pagopa" };
        t.get2(key, "importo", t.euro(payment.amount.cents()), "giorno", t.date(payment.on))
    };
    shown.payments.iter().map(words).collect()
}

fn nota_view(t: Text, shown: &OfficeDocument, nota: &Nota, typed: esito::Typed, errors: &ErrorBox) -> NotaView {
    let number = name(t, DocumentKind::CreditNote, &nota.number);
    let (amount, when) = (t.euro(nota.total.cents()), t.moment(nota.at));
    let said = match &nota.by {
        Some(by) => t.with(
            "fatture-nota-fatta",
            [("importo", amount.into()), ("chi", by.as_str().into()), ("quando", when.into())],
        ),
        None => t.get2("fatture-nota-fatta-il", "importo", amount, "quando", when),
    };
    let (money, decided) = match &nota.credit {
        None => (t.get("fatture-soldi-niente"), None),
        Some((amount, decided)) => {
            (t.get1("fatture-soldi-credito", "importo", t.euro(amount.cents())), decided.as_ref())
        }
    };
    let waits = nota.credit.is_some() && decided.is_none();
    NotaView {
        link: (nota.id != shown.id).then(|| (path(nota.id), number)),
        said,
        reason: nota.reason.clone(),
        money,
        decided: decided.map(|decided| esito::said(t, decided)),
        refund: waits.then(|| esito::form(t, format!("{}/rimborso", path(nota.id)), typed, errors)),
    }
}

#[cfg(test)]
mod tests {
    use sportello_app::{
        documenti_contabili::Payment,
        fatturazione::DebtState,
        riconciliazione::{Decided, Esito},
    };
    use sportello_domain::{
        euro::Euro,
        fatturazione::{Modalita, Riga},
        lingua::Lingua,
    };

    use super::*;
    use crate::{
        compila::sample::{base, day, instant, uuid},
        ufficio::sample::see,
    };

    fn riga(month: &str, quantity: i64) -> Riga {
        Riga {
            text: format!("Pasti di {month}"),
            rule: "fascia ISEE 1 di 2, residenti".into(),
            days: vec![day()],
            quantity,
            unit: Euro::from_cents(450),
            amount: Euro::from_cents(450 * quantity),
        }
    }

    fn invoice(status: PosizioneStatus) -> OfficeDocument {
        OfficeDocument {
            id: uuid(12),
            kind: DocumentKind::Invoice,
            number: "12/M/2026".into(),
            period: day(),
            issued_on: day(),
            alunno: "Sofia Ferrari".into(),
            pagante: "Giulia Bianchi".into(),
            codice_fiscale: "BNCGLI85C52B442X".into(),
            righe: vec![riga("settembre 2026", 2), riga("ottobre 2026", 16)],
            net: Euro::from_cents(7_788),
            vat: Euro::from_cents(312),
            rate_bp: 400,
            total: Euro::from_cents(8_100),
            pdf_bytes: Some(61_900),
            debt: Some(OfficeDebt {
                state: DebtState { status, modalita: Modalita::PagoPa, overdue: false },
                due_on: day(),
                owed: Euro::from_cents(8_100),
                debit_on: (status == PosizioneStatus::Collecting).then(day),
                notice: Some("3020 0000 0000 0001 84".into()),
            }),
            payments: vec![],
            corrects: None,
            nota: None,
            can_credit: status != PosizioneStatus::Collecting,
        }
    }

    fn nota(credit: Option<(Euro, Option<Decided>)>) -> Nota {
        Nota {
            id: uuid(13),
            number: "3/M/2026".into(),
            total: Euro::from_cents(900),
            at: instant(),
            by: Some("Rita Riva".into()),
            by_me: false,
            reason: "Pasti segnati\nper errore".into(),
            credit,
        }
    }

    fn paid(decided: Option<Decided>) -> OfficeDocument {
        let payments = [false, true].map(|by_debit| Payment { on: day(), by_debit, amount: Euro::from_cents(4_050) });
        OfficeDocument {
            nota: Some(nota(Some((Euro::from_cents(900), decided)))),
            payments: payments.into(),
            can_credit: false,
            pdf_bytes: None,
            ..invoice(PosizioneStatus::Paid)
        }
    }

    #[test]
    fn the_page_renders_in_every_language() {
        for status in [PosizioneStatus::Open, PosizioneStatus::Collecting] {
            see(&format!("ufficio-documento-{status:?}"), |base| {
                document_page(&base, &invoice(status), Typed::default())
            });
        }
        let decided = |esito| Decided {
            esito,
            reason: "Bonifico del 3 dicembre".into(),
            at: instant(),
            by: "Rita Riva".into(),
            by_me: true,
        };
        see("ufficio-documento-credito", |base| document_page(&base, &paid(None), Typed::default()));
        see("ufficio-documento-reso", |base| {
            document_page(&base, &paid(Some(decided(Esito::Refunded))), Typed::default())
        });
        let note = || OfficeDocument {
            id: uuid(13),
            kind: DocumentKind::CreditNote,
            debt: None,
            corrects: Some((uuid(12), "12/M/2026".into())),
            nota: Some(Nota { by: None, ..nota(None) }),
            can_credit: false,
            ..invoice(PosizioneStatus::Open)
        };
        see("ufficio-documento-nota", |base| document_page(&base, &note(), Typed::default()));
    }

    #[test]
    fn a_wrong_form_comes_back_with_everything_in_it() {
        let typed = || Typed {
            what: "righe".into(),
            lines: vec!["1".into()],
            reason: "<no>".into(),
            errors: vec![("motivo", "Scrivi il motivo".into())],
            late: Some("Rita Riva è arrivata prima".into()),
            ..Typed::default()
        };
        see("ufficio-documento-errori", |base| document_page(&base, &invoice(PosizioneStatus::Open), typed()));
        let html = document_page(&base(Lingua::It), &invoice(PosizioneStatus::Open), typed()).render().unwrap();
        assert!(
            html.contains("value=\"1\" checked") && html.contains("&#60;no&#62;") && html.contains("href=\"#motivo\"")
        );
        assert!(!html.contains("value=\"0\" checked"));
    }
}
