//! Pagamento servizi scolastici: the debts with their tick boxes, the last look before the payment site, the notice.

use askama::Template;
use axum::{
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use sportello_app::pagamenti::{self, Debito, MAX_IN_CART, PaymentSite};
use sportello_domain::{euro::Euro, id::PosizioneId};

use crate::{
    cx::{Cx, html, html_again, html_status, id},
    error::{Error, Result},
    handing::{Handing, hand_out},
    page::Page,
    posted::Posted,
    scolastici::{DOCUMENTI, PAGAMENTI, Stato, framed, stato},
    text::Text,
};

#[derive(Template)]
#[template(path = "scolastici/pagamenti.html")]
struct ListPage {
    page: Page,
    problem: Option<String>,
    /// What can be paid now.
    open: Vec<RowView>,
    chosen: usize,
    total: String,
    /// What needs nothing.
    settled: Vec<RowView>,
}

struct RowView {
    id: PosizioneId,
    alunno: String,
    period: String,
    /// Number and path of the invoice.
    document: Option<(String, String)>,
    due: String,
    amount: String,
    stato: Stato,
    chosen: bool,
    receipt: Option<String>,
}

#[derive(Template)]
#[template(path = "scolastici/paga.html")]
struct LastLook {
    page: Page,
    action: String,
    /// Idempotency key of the attempt.
    key: String,
    rows: Vec<RowView>,
    total: String,
}

/// The debts of the person.
pub(super) async fn list(cx: Cx) -> Result<Response> {
    let debts = pagamenti::list(&cx.portal, &cx.ctx).await?;
    let asked: Vec<PosizioneId> = cx.query("debito").and_then(|debt| debt.parse().ok()).into_iter().collect();
    html(&list_page(&cx.page(""), &debts, &asked, None))
}

fn list_page(base: &Page, debts: &[Debito], chosen: &[PosizioneId], problem: Option<String>) -> ListPage {
    let view = |debt: &Debito| row_view(base, debt, chosen.contains(&debt.id));
    let page = framed(base, base.t.get("scolastici-pagamenti"));
    let counted: Vec<&Debito> = debts.iter().filter(|debt| debt.payable && chosen.contains(&debt.id)).collect();
    ListPage {
        page: page.failed_if(problem.is_some()),
        problem,
        open: debts.iter().filter(|debt| debt.payable).map(view).collect(),
        chosen: counted.len(),
        total: base.t.euro(sum(&counted).cents()),
        settled: debts.iter().filter(|debt| !debt.payable).map(view).collect(),
    }
}

fn row_view(base: &Page, debt: &Debito, chosen: bool) -> RowView {
    let t = base.t;
    RowView {
        id: debt.id,
        alunno: debt.alunno.clone(),
        period: t.month(debt.period),
        document: debt
            .documento
            .as_ref()
            .map(|(alunno, document, number)| (number.clone(), format!("{DOCUMENTI}/{alunno}/{document}"))),
        due: t.date(debt.due_on),
        amount: t.euro(debt.amount.cents()),
        stato: stato(t, debt.state),
        chosen,
        receipt: debt.receipt.then(|| format!("{PAGAMENTI}/ricevuta/{}", debt.id)),
    }
}

fn sum(debts: &[&Debito]) -> Euro {
    debts.iter().map(|debt| debt.amount).sum()
}

/// One of the three buttons of the list.
pub(super) async fn choose(cx: Cx, posted: Posted) -> Result<Response> {
    let debts = pagamenti::list(&cx.portal, &cx.ctx).await?;
    let (base, t) = (cx.page(""), cx.t);
    let asked = asked(&posted);
    let problem = match posted.text("azione") {
        "totale" => return html(&list_page(&base, &debts, &asked, None)),
        "avviso" => match asked.as_slice() {
            [only] => return Ok(cx.see_other(&format!("{PAGAMENTI}/avviso/{only}"))),
            _ => t.get("pagamenti-una-sola"),
        },
        _ => match chosen(&debts, &asked) {
            Ok(chosen) => return html(&last_look(&base, &chosen, cx.portal.chance().secret())),
            Err(Refused::Nothing) => t.get("pagamenti-scegli-almeno-una"),
            Err(Refused::TooMany) => t.get1("pagamenti-troppe", "massimo", MAX_IN_CART),
            Err(Refused::NotPayable) => t.get("pagamenti-non-pagabile"),
        },
    };
    html_again(&list_page(&base, &debts, &asked, Some(problem)))
}

/// The debts that a form names, each once.
fn asked(posted: &Posted) -> Vec<PosizioneId> {
    let named = posted.fields.iter().filter(|(name, _)| name == "debito");
    let mut asked: Vec<PosizioneId> = named.filter_map(|(_, value)| value.parse().ok()).collect();
    asked.sort_unstable();
    asked.dedup();
    asked
}

/// Why a choice leads to no cart.
#[derive(Debug, PartialEq, Eq)]
enum Refused {
    Nothing,
    TooMany,
    NotPayable,
}

fn chosen<'a>(debts: &'a [Debito], asked: &[PosizioneId]) -> Result<Vec<&'a Debito>, Refused> {
    if asked.is_empty() {
        return Err(Refused::Nothing);
    }
    if asked.len() > MAX_IN_CART {
        return Err(Refused::TooMany);
    }
    let chosen: Vec<&Debito> = debts.iter().filter(|debt| debt.payable && asked.contains(&debt.id)).collect();
    if chosen.len() == asked.len() { Ok(chosen) } else { Err(Refused::NotPayable) }
}

fn last_look(base: &Page, chosen: &[&Debito], key: String) -> LastLook {
    let t = base.t;
    LastLook {
        page: framed(base, t.get("pagamenti-stai-per")).crumb(t.get("scolastici-pagamenti"), PAGAMENTI),
        action: base.to(&format!("{PAGAMENTI}/vai")),
        key,
        rows: chosen.iter().map(|debt| row_view(base, debt, true)).collect(),
        total: t.euro(sum(chosen).cents()),
    }
}

/// Opens a cart and sends the browser to the payment site.
pub(super) async fn go(cx: Cx, posted: Posted) -> Result<Response> {
    let asked = asked(&posted);
    match pagamenti::start(&cx.portal, &cx.ctx, asked.clone(), posted.text("chiave")).await {
        Ok(PaymentSite(address)) => leave(&cx, address),
        Err(error) => {
            let (status, problem) = no_cart(cx.t, error)?;
            let debts = pagamenti::list(&cx.portal, &cx.ctx).await?;
            html_status(status, &list_page(&cx.page(""), &debts, &asked, Some(problem)))
        }
    }
}

/// Status and sentence of a page that says why no cart was opened; other errors are not for that page.
pub(crate) fn no_cart(t: Text, error: sportello_app::Error) -> Result<(StatusCode, String)> {
    match error {
        sportello_app::Error::NotAllowedNow => Ok((StatusCode::CONFLICT, t.get("pagamenti-non-pagabile"))),
        sportello_app::Error::Elsewhere(_) => Ok((StatusCode::BAD_GATEWAY, t.get("pagamenti-checkout-fermo"))),
        other => Err(Error::App(other)),
    }
}

/// On the way to the payment site.
#[derive(Template)]
#[template(path = "scolastici/partenza.html")]
struct LeavePage {
    page: Page,
    address: String,
}

/// Sends the browser to the payment site by a page that goes on by itself. A redirect would not do: browsers hold what
/// follows a form to `form-action` of the page with the form, when nobody knew yet where the payment site stands.
pub(crate) fn leave(cx: &Cx, address: String) -> Result<Response> {
    let refresh = HeaderValue::from_str(&format!("0;url={address}"));
    let mut response = html(&leave_page(&cx.page(""), address))?;
    // Without it the button is there.
    if let Ok(refresh) = refresh {
        response.headers_mut().insert(header::REFRESH, refresh);
    }
    Ok(response)
}

fn leave_page(base: &Page, address: String) -> LeavePage {
    LeavePage { page: framed(base, base.t.get("pagamenti-partenza")), address }
}

/// A reload of the last look, which only a form can open.
pub(super) async fn back(cx: Cx) -> Result<Response> {
    Ok(cx.see_other(PAGAMENTI))
}

/// The printed notice of one debt.
pub(super) async fn notice(cx: Cx, Path(debt): Path<String>) -> Result<Response> {
    let debt: PosizioneId = id(&debt)?;
    Ok(hand_out(pagamenti::notice(&cx.portal, &cx.ctx, debt).await?, Handing::Inline))
}

#[cfg(test)]
mod tests {
    use sportello_domain::lingua::Lingua;

    use super::*;
    use crate::{
        compila::sample::{base, see, uuid},
        scolastici::sample,
    };

    #[test]
    fn the_pages_render_in_every_language() {
        let debts = sample::debts();
        see("pagamenti", |base| list_page(&base, &debts, &[debts[0].id], None));
        see("pagamenti-errore", |base| list_page(&base, &debts, &[], Some("Scegli".into())));
        see("pagamenti-niente", |base| list_page(&base, &[], &[], None));
        see("pagamenti-partenza", |base| leave_page(&base, "https://pagamenti.example/c?a=1&b=2".into()));
        see("pagamenti-vai", |base| last_look(&base, &[&debts[0], &debts[1]], "chiave".into()));
    }

    #[test]
    fn only_what_can_be_paid_has_a_box_and_counts() {
        let debts = sample::debts();
        let all: Vec<PosizioneId> = debts.iter().map(|debt| debt.id).collect();
        let page = list_page(&base(Lingua::It), &debts, &all, None);
        assert_eq!((page.chosen, page.total.as_str()), (2, "121,00\u{a0}€"));
        let html = page.render().unwrap();
        assert_eq!(html.matches("type=\"checkbox\"").count(), 2);
        assert!(html.contains("qui non si può pagare") && html.contains("/pagamenti/ricevuta/"));
    }

    #[test]
    fn a_choice_is_checked() {
        let debts = sample::debts();
        let ids = |wanted: &[usize]| wanted.iter().map(|index| debts[*index].id).collect::<Vec<_>>();
        assert_eq!(chosen(&debts, &ids(&[0, 1])).unwrap().len(), 2);
        assert_eq!(chosen(&debts, &[]).unwrap_err(), Refused::Nothing);
        assert_eq!(chosen(&debts, &ids(&[0, 2])).unwrap_err(), Refused::NotPayable);
        assert_eq!(chosen(&debts, &[uuid(999)]).unwrap_err(), Refused::NotPayable);
        assert_eq!(chosen(&debts, &(1..=6).map(uuid).collect::<Vec<_>>()).unwrap_err(), Refused::TooMany);
    }
}
