//! The letter box: what the portal sent, readable in the browser and by tests.

use std::sync::Arc;

use askama::Template;
use axum::{
    Json, Router,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse},
    routing::get,
};
use mail_parser::{MessageParser, MimeHeaders};

use crate::{
    site::render,
    smtp::{Inbox, Message},
};

/// A message as a mail program shows it.
#[derive(serde::Serialize)]
struct Letter {
    number: usize,
    to: String,
    subject: String,
    message_id: String,
    text: String,
    attachments: Vec<String>,
}

#[derive(Template)]
#[template(path = "posta.html")]
struct ListPage {
    letters: Vec<Letter>,
}

#[derive(Template)]
#[template(path = "lettera.html")]
struct LetterPage {
    letter: Letter,
}

/// Routes of the letter box.
pub fn router(inbox: Arc<Inbox>) -> Router {
    Router::new()
        .route("/posta", get(list))
        .route("/posta.json", get(list_json))
        .route("/posta/ids.json", get(ids))
        .route("/posta/{number}", get(one))
        .route("/posta/{number}/allegato/{index}", get(attachment))
        .with_state(inbox)
}

async fn list(State(inbox): State<Arc<Inbox>>) -> Result<Html<String>, StatusCode> {
    let mut letters = letters(&inbox);
    letters.reverse();
    render(&ListPage { letters })
}

async fn list_json(State(inbox): State<Arc<Inbox>>) -> Json<Vec<Letter>> {
    Json(letters(&inbox))
}

/// Message-IDs of everything that ever came: what a drill counts.
async fn ids(State(inbox): State<Arc<Inbox>>) -> Json<Vec<String>> {
    Json(inbox.ids())
}

async fn one(State(inbox): State<Arc<Inbox>>, Path(number): Path<usize>) -> Result<Html<String>, StatusCode> {
    let letter = letters(&inbox).into_iter().nth(number).ok_or(StatusCode::NOT_FOUND)?;
    render(&LetterPage { letter })
}

async fn attachment(
    State(inbox): State<Arc<Inbox>>,
    Path((number, index)): Path<(usize, u32)>,
) -> Result<impl IntoResponse, StatusCode> {
    let message = inbox.all().into_iter().nth(number).ok_or(StatusCode::NOT_FOUND)?;
    let parsed = MessageParser::default().parse(&message.raw).ok_or(StatusCode::NOT_FOUND)?;
    let part = parsed.attachment(index).ok_or(StatusCode::NOT_FOUND)?;
    Ok(([(header::CONTENT_TYPE, "application/pdf")], part.contents().to_vec()))
}

fn letters(inbox: &Inbox) -> Vec<Letter> {
    inbox.all().iter().enumerate().map(|(number, message)| letter(number, message)).collect()
}

fn letter(number: usize, message: &Message) -> Letter {
    let parsed = MessageParser::default().parse(&message.raw).unwrap_or_default();
    Letter {
        number,
        to: message.to.join(", "),
        subject: parsed.subject().unwrap_or_default().to_owned(),
        message_id: parsed.message_id().unwrap_or_default().to_owned(),
        text: parsed.body_text(0).unwrap_or_default().into_owned(),
        attachments: parsed.attachments().filter_map(|part| part.attachment_name().map(str::to_owned)).collect(),
    }
}
