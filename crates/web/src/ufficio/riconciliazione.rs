//! Reconciliation: what waits for the accounts office, and what was decided lately.

mod pagamento;
mod ricevuta;

use askama::Template;
use axum::response::Response;
use sportello_app::riconciliazione::{self, Credit, Decided, OddReceipt, Queue, Subject, Unmatched};
use sportello_domain::{id::PagamentoSpontaneoId, posizione::Anomalia};

use crate::{
    cx::{Cx, html},
    error::Result,
    links::query_value,
    page::Page,
    posted::Posted,
    tabella,
    text::Text,
    ufficio::{
        OfficeStatus, esito, framed,
        menu::{DOCUMENTI, RICONCILIAZIONE},
    },
};

pub(crate) use pagamento::{assign, back as back_to_payment, resolve as resolve_payment, show as show_payment};
pub(crate) use ricevuta::{back as back_to_receipt, resolve as resolve_receipt, show as show_receipt};

#[derive(Template)]
#[template(path = "ufficio/riconciliazione.html")]
struct QueuePage {
    page: Page,
    payments: Vec<PaymentRow>,
    receipts: Vec<ReceiptRow>,
    credits: Vec<CreditRow>,
    done: Vec<DoneRow>,
    /// Path of what waits as a table.
    take_out: Option<String>,
}

struct PaymentRow {
    path: String,
    nome: String,
    alunno: String,
    paid_on: String,
    amount: String,
}

struct ReceiptRow {
    path: String,
    notice: String,
    anomalia: OfficeStatus,
    paid_on: String,
    amount: String,
}

struct CreditRow {
    path: String,
    number: String,
    pagante: String,
    since: String,
    amount: String,
}

struct DoneRow {
    path: String,
    words: String,
    said: esito::Said,
}

/// Shows what waits.
pub async fn show(cx: Cx) -> Result<Response> {
    let queue = riconciliazione::queue(&cx.portal, &cx.ctx).await?;
    html(&queue_page(&cx.page(""), &queue))
}

/// Hands what waits out as a table.
pub async fn take_out(cx: Cx, posted: Posted) -> Result<Response> {
    let table = riconciliazione::take_out(&cx.portal, &cx.ctx, tabella::formato(&posted)).await?;
    Ok(tabella::stream(table))
}

/// Leads back to the list: a table is asked for with a button.
pub async fn back_to_list(cx: Cx) -> Response {
    cx.see_other(RICONCILIAZIONE)
}

fn queue_page(base: &Page, queue: &Queue) -> QueuePage {
    let t = base.t;
    let is_empty = queue.unmatched.is_empty() && queue.receipts.is_empty() && queue.credits.is_empty();
    QueuePage {
        page: framed(base, t.get("riconciliazione-titolo")),
        payments: queue.unmatched.iter().map(|row| payment_row(t, row)).collect(),
        receipts: queue.receipts.iter().map(|row| receipt_row(t, row)).collect(),
        credits: queue.credits.iter().map(|row| credit_row(t, row)).collect(),
        done: queue.done.iter().map(|(subject, decided)| done_row(t, subject, decided)).collect(),
        take_out: tabella::of(RICONCILIAZIONE, is_empty),
    }
}

/// Path of a spontaneous payment.
fn payment_path(id: PagamentoSpontaneoId) -> String {
    format!("{RICONCILIAZIONE}/pagamenti/{id}")
}

/// Path of a receipt: its identifier is the node's, with whatever characters.
fn receipt_path(receipt_id: &str) -> String {
    format!("{RICONCILIAZIONE}/ricevute/{}", query_value(receipt_id).replace('/', "%2F"))
}

fn payment_row(t: Text, row: &Unmatched) -> PaymentRow {
    PaymentRow {
        path: payment_path(row.id),
        nome: row.nome.clone(),
        alunno: row.alunno.clone(),
        paid_on: t.date(row.paid_on),
        amount: t.euro(row.amount.cents()),
    }
}

fn receipt_row(t: Text, row: &OddReceipt) -> ReceiptRow {
    ReceiptRow {
        path: receipt_path(&row.receipt_id),
        notice: row.notice.clone(),
        anomalia: anomaly_words(t, row.anomalia),
        paid_on: t.day(row.paid_at),
        amount: t.euro(row.amount.cents()),
    }
}

fn credit_row(t: Text, row: &Credit) -> CreditRow {
    CreditRow {
        path: format!("{DOCUMENTI}/{}", row.nota),
        number: t.get1("fatture-nota", "numero", row.number.as_str()),
        pagante: row.pagante.clone(),
        since: t.day(row.since),
        amount: t.euro(row.amount.cents()),
    }
}

fn done_row(t: Text, subject: &Subject, decided: &Decided) -> DoneRow {
    let (path, words) = match subject {
        Subject::Pagamento(id) => (payment_path(*id), t.get("riconciliazione-un-pagamento")),
        Subject::Ricevuta(id) => (receipt_path(id), t.get("riconciliazione-una-ricevuta")),
        Subject::Nota(id) => (format!("{DOCUMENTI}/{id}"), t.get("riconciliazione-un-credito")),
    };
    DoneRow { path, words, said: esito::said(t, decided) }
}

fn anomaly_words(t: Text, anomalia: Anomalia) -> OfficeStatus {
    let (words, shape) = match anomalia {
        Anomalia::Unknown => (t.get("riconciliazione-sconosciuta"), "st-errore"),
        Anomalia::Twice => (t.get("riconciliazione-doppia"), "st-allerta"),
        Anomalia::OtherAmount => (t.get("riconciliazione-altro-importo"), "st-allerta"),
        Anomalia::Cancelled => (t.get("riconciliazione-annullata"), "st-allerta"),
    };
    OfficeStatus { words, shape }
}

#[cfg(test)]
pub(super) mod tests {
    use sportello_app::riconciliazione::Esito;
    use sportello_domain::{euro::Euro, spontaneo::Struttura};

    use super::*;
    use crate::{
        compila::sample::{day, instant, uuid},
        ufficio::sample::see,
    };

    /// A payment that waits.
    pub fn unmatched() -> Unmatched {
        Unmatched {
            id: uuid(60),
            nome: "Giulia Bianchi".into(),
            codice_fiscale: "BNCGLI85C52B442X".into(),
            alunno: "Ferrari Sofia".into(),
            struttura: Struttura::Primaria,
            periodi: vec![day()],
            dati: Some("classe <3A>".into()),
            amount: Euro::from_cents(13_920),
            paid_on: day(),
        }
    }

    /// A receipt that does not fit.
    pub fn odd(anomalia: Anomalia) -> OddReceipt {
        OddReceipt {
            receipt_id: format!("a/b {}", anomalia.stored()),
            notice: "3020 0000 0000 0001 84".into(),
            debt: Some(uuid(90)),
            amount: Euro::from_cents(8_100),
            paid_at: instant(),
            psp: "Banca di prova".into(),
            anomalia,
        }
    }

    /// What somebody decided.
    pub fn decided(esito: Esito) -> Decided {
        let reason = if esito == Esito::Matched { "" } else { "Bonifico del 3 dicembre" };
        Decided { esito, reason: reason.into(), at: instant(), by: "Rita Riva".into(), by_me: false }
    }

    #[test]
    fn the_queue_renders_in_every_language() {
        let full = Queue {
            unmatched: vec![unmatched()],
            receipts: Anomalia::ALL.map(odd).into(),
            credits: vec![Credit {
                nota: uuid(13),
                number: "3/M/2026".into(),
                pagante: "Bianchi Giulia".into(),
                amount: Euro::from_cents(900),
                since: instant(),
            }],
            done: vec![
                (Subject::Pagamento(uuid(61)), decided(Esito::Matched)),
                (Subject::Ricevuta("r/1".into()), decided(Esito::Refunded)),
                (Subject::Nota(uuid(14)), decided(Esito::Other)),
            ],
        };
        see("ufficio-riconciliazione", |base| queue_page(&base, &full));
        see("ufficio-riconciliazione-vuota", |base| queue_page(&base, &Queue::default()));
    }

    #[test]
    fn the_identifier_of_a_receipt_is_one_part_of_its_path() {
        assert_eq!(receipt_path("a/b c?"), "/ufficio/riconciliazione/ricevute/a%2Fb%20c%3F");
    }
}
