//! Storico documenti contabili: one invoice or credit note, with its three tabs (guide, G10).

use askama::Template;
use axum::{extract::Path, response::Response};
use sportello_app::documenti_contabili::{self, DocumentoPage, Kind, Linked};
use sportello_domain::id::{AlunnoId, DocumentoContabileId};

use crate::{
    cx::{Cx, html, id},
    error::Result,
    handing::{Handing, hand_out},
    page::Page,
    scolastici::{DOCUMENTI, PAGAMENTI, Stato, document_name, framed, stato},
    text::Text,
};

/// A tab of the document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Scheda {
    /// What is charged, line by line.
    #[default]
    Dettaglio,
    /// What has been received.
    Pagamenti,
    /// The files.
    Allegati,
}

impl Scheda {
    const ALL: [Self; 3] = [Self::Dettaglio, Self::Pagamenti, Self::Allegati];

    /// The word of the address.
    const fn word(self) -> &'static str {
        match self {
            Self::Dettaglio => "dettaglio",
            Self::Pagamenti => "pagamenti",
            Self::Allegati => "allegati",
        }
    }

    /// The tab of a word of the address; the first one for every other word.
    fn of(word: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|scheda| word == Some(scheda.word())).unwrap_or_default()
    }
}

#[derive(Template)]
#[template(path = "scolastici/documento.html")]
struct View {
    page: Page,
    path: String,
    stato: Option<Stato>,
    /// The document that corrects this one, or is corrected by it.
    linked: Option<String>,
    /// Names and values of the facts on top.
    facts: Vec<(String, String)>,
    /// Words and address of the button that leads to the payment.
    pay: Option<(String, String)>,
    tabs: Vec<Tab>,
    shown: Shown,
}

struct Tab {
    name: &'static str,
    words: String,
    current: bool,
}

/// What the open tab shows.
enum Shown {
    Dettaglio { lines: Vec<LineView>, totals: Vec<(String, String)> },
    Pagamenti(Vec<PaymentView>),
    Allegati { files: Vec<FileLink>, notice: Option<String>, waiting: bool },
}

struct LineView {
    words: String,
    rule: String,
    quantity: i64,
    price: String,
    amount: String,
}

struct PaymentView {
    day: String,
    means: String,
    amount: String,
}

struct FileLink {
    href: String,
    words: String,
}

/// One document.
pub(super) async fn show(cx: Cx, Path((alunno, documento)): Path<(String, String)>) -> Result<Response> {
    let (alunno, documento): (AlunnoId, DocumentoContabileId) = (id(&alunno)?, id(&documento)?);
    let shown = documenti_contabili::page(&cx.portal, &cx.ctx, alunno, documento).await?;
    html(&view(&cx.page(""), alunno, &shown, Scheda::of(cx.query("scheda").as_deref())))
}

fn view(base: &Page, alunno: AlunnoId, shown: &DocumentoPage, scheda: Scheda) -> View {
    let (t, row) = (base.t, &shown.row);
    let children = format!("{DOCUMENTI}/{alunno}");
    let path = format!("{children}/{}", row.id);
    let words = |scheda| match scheda {
        Scheda::Dettaglio => t.get("documento-dettaglio"),
        Scheda::Pagamenti => t.get("documento-pagamenti"),
        Scheda::Allegati => t.get("documento-allegati"),
    };
    let tab = |known: Scheda| Tab { name: known.word(), words: words(known), current: known == scheda };
    View {
        page: framed(base, document_name(t, row.kind, &row.number))
            .crumb(t.get("scolastici-documenti"), DOCUMENTI)
            .crumb(shown.alunno.clone(), children),
        stato: row.state.map(|state| stato(t, state)),
        linked: shown.linked.as_ref().map(|linked| match linked {
            Linked::Corrects(number) => t.get1("documento-corregge", "numero", number.as_str()),
            Linked::CorrectedBy(number) => t.get1("documento-corretta-da", "numero", number.as_str()),
        }),
        facts: facts(t, shown),
        pay: shown.payable.map(|debt| {
            let words = t.get1("documento-paga", "importo", t.euro(shown.owed.cents()));
            (words, base.to(&format!("{PAGAMENTI}?debito={debt}")))
        }),
        tabs: Scheda::ALL.map(tab).into(),
        shown: match scheda {
            Scheda::Dettaglio => details(base, shown),
            Scheda::Pagamenti => payments(base, shown),
            Scheda::Allegati => files(base, &path, shown),
        },
        path,
    }
}

fn facts(t: Text, shown: &DocumentoPage) -> Vec<(String, String)> {
    let row = &shown.row;
    let mut facts = vec![
        (t.get("documento-alunno"), shown.alunno.clone()),
        (t.get("documenti-periodo"), t.month(row.period)),
        (t.get("documenti-scadenza"), t.date(row.due_on)),
        (t.get("documenti-importo"), t.euro(row.total.cents())),
    ];
    if shown.payable.is_some() && shown.owed != row.total {
        facts.push((t.get("documento-ancora"), t.euro(shown.owed.cents())));
    }
    facts
}

fn details(base: &Page, shown: &DocumentoPage) -> Shown {
    let t = base.t;
    let lines = shown.righe.iter().map(|riga| LineView {
        words: riga.text.clone(),
        rule: riga.rule.clone(),
        quantity: riga.quantity,
        price: t.euro(riga.unit.cents()),
        amount: t.euro(riga.amount.cents()),
    });
    let totals = vec![
        (t.get("documento-imponibile"), t.euro(shown.net.cents())),
        (t.get1("documento-iva", "aliquota", t.percent(shown.rate_bp)), t.euro(shown.vat.cents())),
        (t.get("documento-totale"), t.euro(shown.row.total.cents())),
    ];
    Shown::Dettaglio { lines: lines.collect(), totals }
}

fn payments(base: &Page, shown: &DocumentoPage) -> Shown {
    let t = base.t;
    let rows = shown.payments.iter().map(|payment| PaymentView {
        day: t.date(payment.on),
        means: t.get(if payment.by_debit { "documento-mezzo-sdd" } else { "documento-mezzo-pagopa" }),
        amount: t.euro(payment.amount.cents()),
    });
    Shown::Pagamenti(rows.collect())
}

fn files(base: &Page, path: &str, shown: &DocumentoPage) -> Shown {
    let (t, row) = (base.t, &shown.row);
    let name = match row.kind {
        Kind::Invoice => "documento-file-fattura",
        Kind::CreditNote => "documento-file-nota",
    };
    let pdf = row.pdf_bytes.map(|bytes| FileLink {
        href: base.to(&format!("{path}/documento.pdf")),
        words: t.get2(name, "numero", row.number.as_str(), "peso", t.size(bytes)),
    });
    let notice = shown.notice.as_ref().map(|(debt, _)| FileLink {
        href: base.to(&format!("{PAGAMENTI}/avviso/{debt}")),
        words: t.get("documento-file-avviso"),
    });
    Shown::Allegati {
        files: pdf.into_iter().chain(notice).collect(),
        notice: shown.notice.as_ref().map(|(_, code)| code.clone()),
        waiting: row.pdf_bytes.is_none(),
    }
}

/// Hands out the PDF.
pub(super) async fn pdf(cx: Cx, Path((alunno, documento)): Path<(String, String)>) -> Result<Response> {
    let (alunno, documento): (AlunnoId, DocumentoContabileId) = (id(&alunno)?, id(&documento)?);
    match documenti_contabili::pdf(&cx.portal, &cx.ctx, alunno, documento).await? {
        Some(file) => Ok(hand_out(file, Handing::Inline)),
        None => Ok(cx.see_other(&format!("{DOCUMENTI}/{alunno}/{documento}?scheda=allegati"))),
    }
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::{
        compila::sample::{base, see},
        scolastici::sample,
    };

    #[test]
    fn every_tab_renders_in_every_language() {
        let id = sample::figlio().id;
        for scheda in Scheda::ALL {
            see(&format!("documento-{}", scheda.word()), |base| view(&base, id, &sample::document(), scheda));
            let bare = DocumentoPage {
                row: sample::rows().pop().unwrap(),
                payments: Vec::new(),
                payable: None,
                notice: None,
                linked: Some(Linked::Corrects("12/M/2026".into())),
                ..sample::document()
            };
            see(&format!("documento-nota-{}", scheda.word()), |base| view(&base, id, &bare, scheda));
        }
    }

    #[test]
    fn the_open_tab_is_marked_and_the_files_have_words() {
        let page = view(&base(Lingua::It), sample::figlio().id, &sample::document(), Scheda::of(Some("allegati")));
        let html = page.render().unwrap();
        assert_eq!(html.matches("aria-current=\"page\"").count(), 2, "the tab and the end of the breadcrumb");
        assert!(html.contains("Fattura n. 12/M/2026 (PDF, 84 KB)") && html.contains("Avviso di pagamento (PDF)"));
        assert!(html.contains("3020 0000 0000 0001 84"));
        assert_eq!(Scheda::of(Some("altro")), Scheda::Dettaglio);
    }
}
