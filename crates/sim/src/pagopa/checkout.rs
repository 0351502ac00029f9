//! The checkout page, step by step without script: what is paid, e-mail, method, company, pay. What pagoPA's own page looks
//! like is not copied; only its order and its ways back are.

use std::{sync::Arc, time::Duration};

use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use sportello_domain::euro::Euro;

use super::{
    cart::{self, Cart, Carts, Row, Stage},
    node::{Node, Paid, Stop},
    receipt::{PSP, Psp},
    refusal::Refusal,
};
use crate::{site::render, spid::now};

/// Methods of payment: words, and how receipts call them.
const METHODS: [(&str, &str); 3] =
    [("Carta di pagamento", "CP"), ("Conto corrente", "MYBK"), ("App di pagamento", "APP")];
/// `channelDescription` of what is paid here.
const CHANNEL: &str = "checkout";
/// How long the payer waits for the receipt to be sent before the way back.
const RECEIPT_FIRST: Duration = Duration::from_secs(3);
/// Seconds until the outcome is known where the payer chooses to wait.
const WAITING_S: u32 = 20;

/// What the routes share.
pub struct Checkout {
    /// The node.
    pub node: Arc<Node>,
    /// Carts that wait for a payer.
    pub carts: Carts,
    /// Where browsers find this page.
    pub origin: String,
}

#[derive(Template)]
#[template(path = "pagopa/riepilogo.html")]
struct SummaryPage<'a> {
    id: &'a str,
    rows: &'a [Row],
    total: Euro,
    email: &'a str,
    error: bool,
}

#[derive(Template)]
#[template(path = "pagopa/scelta.html")]
struct ChoicePage<'a> {
    id: &'a str,
    title: &'static str,
    /// Last part of the address of the form, and the name of its field.
    step: &'static str,
    /// Words, and whether it was chosen before.
    choices: Vec<(String, bool)>,
    error: bool,
}

#[derive(Template)]
#[template(path = "pagopa/conferma.html")]
struct ConfirmPage<'a> {
    id: &'a str,
    rows: &'a [Row],
    email: &'a str,
    method: &'static str,
    psp: &'static Psp,
    total: Euro,
}

#[derive(Template)]
#[template(path = "pagopa/fermo.html")]
struct StopPage<'a> {
    title: &'static str,
    words: String,
    code: String,
    /// Address and words of the way forward.
    way: Option<(&'a str, &'static str)>,
}

/// Routes of the checkout; `origin` is where browsers find them.
pub fn router(node: Arc<Node>, origin: &str) -> Router {
    let checkout = Checkout { node, carts: Carts::default(), origin: origin.to_owned() };
    Router::new()
        .route("/checkout/ec/v2/carts", post(cart::post))
        .route("/checkout/{id}", get(summary).post(set_email))
        .route("/checkout/{id}/metodo", get(method).post(set_method))
        .route("/checkout/{id}/psp", get(psp).post(set_psp))
        .route("/checkout/{id}/conferma", get(confirm).post(finish))
        .with_state(Arc::new(checkout))
}

type Shared = State<Arc<Checkout>>;

#[derive(serde::Deserialize)]
struct EmailForm {
    email: String,
}

#[derive(serde::Deserialize)]
struct ChoiceForm {
    scelta: Option<usize>,
}

#[derive(serde::Deserialize)]
struct FinishForm {
    azione: Action,
}

/// What the payer presses on the last page.
#[derive(Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Action {
    #[serde(rename = "paga")]
    Pay,
    #[serde(rename = "annulla")]
    Cancel,
    #[serde(rename = "errore")]
    Fail,
    #[serde(rename = "attesa")]
    Wait,
}

async fn summary(State(checkout): Shared, Path(id): Path<String>) -> Result<Response, Closed> {
    let cart = checkout.open(&id)?;
    Ok(summary_page(&id, &cart, &cart.email, StatusCode::OK))
}

async fn set_email(
    State(checkout): Shared,
    Path(id): Path<String>,
    Form(form): Form<EmailForm>,
) -> Result<Response, Closed> {
    let cart = checkout.open(&id)?;
    let email = form.email.trim();
    if !cart::is_email(email) {
        return Ok(summary_page(&id, &cart, email, StatusCode::UNPROCESSABLE_ENTITY));
    }
    checkout.carts.change(&id, now(), |cart| email.clone_into(&mut cart.email));
    Ok(Redirect::to(&format!("/checkout/{id}/metodo")).into_response())
}

async fn method(State(checkout): Shared, Path(id): Path<String>) -> Result<Response, Closed> {
    let cart = checkout.open(&id)?;
    Ok(method_page(&id, &cart, StatusCode::OK))
}

async fn set_method(
    State(checkout): Shared,
    Path(id): Path<String>,
    Form(form): Form<ChoiceForm>,
) -> Result<Response, Closed> {
    let cart = checkout.open(&id)?;
    let Some(chosen) = form.scelta.filter(|at| *at < METHODS.len()) else {
        return Ok(method_page(&id, &cart, StatusCode::UNPROCESSABLE_ENTITY));
    };
    checkout.carts.change(&id, now(), |cart| cart.method = Some(chosen));
    Ok(Redirect::to(&format!("/checkout/{id}/psp")).into_response())
}

async fn psp(State(checkout): Shared, Path(id): Path<String>) -> Result<Response, Closed> {
    let cart = checkout.open(&id)?;
    Ok(psp_page(&id, &cart, StatusCode::OK))
}

async fn set_psp(
    State(checkout): Shared,
    Path(id): Path<String>,
    Form(form): Form<ChoiceForm>,
) -> Result<Response, Closed> {
    let cart = checkout.open(&id)?;
    let Some(chosen) = form.scelta.filter(|at| *at < PSP.len()) else {
        return Ok(psp_page(&id, &cart, StatusCode::UNPROCESSABLE_ENTITY));
    };
    checkout.carts.change(&id, now(), |cart| cart.psp = Some(chosen));
    Ok(Redirect::to(&format!("/checkout/{id}/conferma")).into_response())
}

async fn confirm(State(checkout): Shared, Path(id): Path<String>) -> Result<Response, Closed> {
    let cart = checkout.open(&id)?;
    let Some((method, psp)) = chosen(&cart) else {
        return Ok(Redirect::to(&format!("/checkout/{id}")).into_response());
    };
    let total = cart.total() + psp.fee;
    let page = ConfirmPage { id: &id, rows: &cart.rows, email: &cart.email, method: method.0, psp, total };
    Ok(shown(StatusCode::OK, &page))
}

async fn finish(
    State(checkout): Shared,
    Path(id): Path<String>,
    Form(form): Form<FinishForm>,
) -> Result<Response, Closed> {
    let cart = checkout.open(&id)?;
    if form.azione == Action::Cancel {
        return Ok(checkout.end(&id, &cart.urls.return_cancel_url));
    }
    let Some((method, psp)) = chosen(&cart) else {
        return Ok(Redirect::to(&format!("/checkout/{id}")).into_response());
    };
    // One press pays: whoever presses twice meets the payment that is being made.
    let began = checkout.carts.change(&id, now(), |cart| {
        let open = cart.stage == Stage::Open;
        if open {
            cart.stage = Stage::Paying;
        }
        open
    });
    if began != Some(true) {
        return Ok(Redirect::to(&format!("/checkout/{id}")).into_response());
    }
    let delay_s = (form.azione == Action::Wait).then_some(WAITING_S);
    let paid = Paid { psp, channel: CHANNEL, method: method.1, delay_s };
    let action = form.azione;
    // A browser that goes away does not stop a payment.
    let payment = tokio::spawn(async move {
        let outcome = checkout.pay(&cart, action, &paid).await;
        checkout.answer(&id, &cart, action, outcome)
    });
    Ok(payment.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response()))
}

impl Checkout {
    /// A cart that can still be paid.
    fn open(&self, id: &str) -> Result<Cart, Closed> {
        let cart = self.carts.get(id, now()).ok_or(Closed::Gone)?;
        match &cart.stage {
            Stage::Open => Ok(cart),
            Stage::Paying => Err(Closed::Paying(id.to_owned())),
            Stage::Ended(url) => Err(Closed::Ended(url.clone())),
        }
    }

    /// Activates all notices, then tells the outcome of each. All or nothing, as far as a node knows that.
    async fn pay(&self, cart: &Cart, action: Action, paid: &Paid) -> Result<(), Stop> {
        let mut tokens = Vec::new();
        for row in &cart.rows {
            match self.node.begin(&row.ente, &row.numero, row.amount, cart.id_cart.as_deref(), now()).await {
                Ok(token) => tokens.push(token),
                Err(stop) => {
                    self.give_up(&tokens);
                    return Err(stop);
                }
            }
        }
        if action == Action::Fail {
            self.give_up(&tokens);
            return Ok(());
        }
        let mut sent = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            match self.node.paid(token, paid, now()) {
                Ok(numbers) => sent.extend(numbers),
                Err(refusal) => {
                    self.give_up(&tokens[at..]);
                    return Err(Stop::Refused(refusal));
                }
            }
        }
        self.node.queue.tried(&sent, RECEIPT_FIRST).await;
        Ok(())
    }

    fn give_up(&self, tokens: &[String]) {
        for token in tokens {
            self.node.give_up(token);
        }
    }

    /// Sends the browser back, or says why not and where to go.
    fn answer(&self, id: &str, cart: &Cart, action: Action, outcome: Result<(), Stop>) -> Response {
        let urls = &cart.urls;
        let (refusal, words) = match outcome {
            Ok(()) if action == Action::Fail => return self.end(id, &urls.return_error_url),
            Ok(()) if action == Action::Wait => return self.end(id, &urls.return_waiting_url),
            Ok(()) => return self.end(id, &urls.return_ok_url),
            Err(Stop::Changed(amount)) => {
                (None, format!("L'importo è cambiato. Ora l'ente chiede {} €. Non hai pagato nulla.", amount.plain()))
            }
            Err(Stop::Refused(refusal)) => {
                let words = refusal.words().to_owned();
                (Some(refusal), words)
            }
        };
        let url = urls.return_error_url.clone();
        self.carts.change(id, now(), |cart| cart.stage = Stage::Ended(url.clone()));
        let code = refusal.map_or_else(String::new, |refusal: Refusal| refusal.code());
        let way = Some((url.as_str(), "Torna al sito dell'ente"));
        shown(StatusCode::CONFLICT, &StopPage { title: "Pagamento non riuscito", words, code, way })
    }

    fn end(&self, id: &str, url: &str) -> Response {
        self.carts.change(id, now(), |cart| cart.stage = Stage::Ended(url.to_owned()));
        Redirect::to(url).into_response()
    }
}

/// What the payer has chosen, once everything is.
fn chosen(cart: &Cart) -> Option<((&'static str, &'static str), &'static Psp)> {
    if cart.email.is_empty() {
        return None;
    }
    Some((*METHODS.get(cart.method?)?, PSP.get(cart.psp?)?))
}

fn summary_page(id: &str, cart: &Cart, email: &str, status: StatusCode) -> Response {
    let error = status != StatusCode::OK;
    shown(status, &SummaryPage { id, rows: &cart.rows, total: cart.total(), email, error })
}

fn method_page(id: &str, cart: &Cart, status: StatusCode) -> Response {
    let choices = METHODS.iter().enumerate();
    let choices = choices.map(|(at, (words, _))| ((*words).to_owned(), cart.method == Some(at))).collect();
    let (title, error) = ("Come vuoi pagare?", status != StatusCode::OK);
    shown(status, &ChoicePage { id, title, step: "metodo", choices, error })
}

fn psp_page(id: &str, cart: &Cart, status: StatusCode) -> Response {
    let words = |psp: &Psp| format!("{}, commissione {} €", psp.name, psp.fee.plain());
    let choices = PSP.iter().enumerate().map(|(at, psp)| (words(psp), cart.psp == Some(at))).collect();
    let (title, error) = ("Chi gestisce il pagamento?", status != StatusCode::OK);
    shown(status, &ChoicePage { id, title, step: "psp", choices, error })
}

/// A cart that nobody can pay, as a page.
enum Closed {
    /// There is none, or its time is over.
    Gone,
    /// It is being paid; its id.
    Paying(String),
    /// It is over; where the browser belongs.
    Ended(String),
}

impl IntoResponse for Closed {
    fn into_response(self) -> Response {
        match self {
            Self::Gone => gone(),
            Self::Paying(id) => being_paid(&id),
            Self::Ended(url) => Redirect::to(&url).into_response(),
        }
    }
}

fn gone() -> Response {
    let words = "Questo carrello non c'è più: dura dieci minuti. Torna al sito dell'ente e ricomincia.".to_owned();
    shown(StatusCode::NOT_FOUND, &StopPage { title: "Carrello non trovato", words, code: String::new(), way: None })
}

fn being_paid(id: &str) -> Response {
    let address = format!("/checkout/{id}");
    let words = "Il pagamento è in corso. Tra qualche secondo premi Continua.".to_owned();
    let way = Some((address.as_str(), "Continua"));
    shown(StatusCode::OK, &StopPage { title: "Pagamento in corso", words, code: String::new(), way })
}

/// A page with its status.
pub fn shown(status: StatusCode, page: &impl Template) -> Response {
    match render(page) {
        Ok(html) => (status, html).into_response(),
        Err(failed) => failed.into_response(),
    }
}
