//! Making responses. Every value is public, so that a test or a fault panel can write a wrong one.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sportello_domain::identita::IdentityLevel;
use sportello_xml::escape;

use super::{IdentityProvider, ReceivedRequest};
use crate::saml::{ASSERTION, AUTHN_FAILED, BASIC, BEARER, ENTITY, PROTOCOL, RESPONDER, SUCCESS, TRANSIENT};
use crate::{Error, ServiceKey, SpidAnomaly, saml, signature};

/// Where a signature goes.
const MARK: &str = "{signature}";
/// Validity of an assertion.
const VALIDITY: TimeDelta = TimeDelta::minutes(5);

/// Somebody who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Codice fiscale, 16 characters.
    pub codice_fiscale: String,
    /// Given name.
    pub nome: String,
    /// Family name.
    pub cognome: String,
    /// Date of birth.
    pub nascita: NaiveDate,
    /// Belfiore code of the place of birth.
    pub luogo_nascita: String,
    /// E-mail.
    pub email: String,
    /// Mobile telephone.
    pub cellulare: String,
}

impl Person {
    /// Value of a SPID attribute; `None` for those that this person does not have.
    fn attribute(&self, name: &str) -> Option<String> {
        Some(match name {
            "fiscalNumber" => format!("TINIT-{}", self.codice_fiscale),
            "name" => self.nome.clone(),
            "familyName" => self.cognome.clone(),
            "dateOfBirth" => self.nascita.format("%Y-%m-%d").to_string(),
            "placeOfBirth" => self.luogo_nascita.clone(),
            "email" => self.email.clone(),
            "mobilePhone" => self.cellulare.clone(),
            _ => return None,
        })
    }
}

/// Identifiers of a response, each an `NCName` that was never used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ids {
    /// Of the response.
    pub response: String,
    /// Of the assertion.
    pub assertion: String,
    /// Transient name identifier.
    pub name_id: String,
}

/// What a response is signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    /// The assertion alone: what SPID asks for as the least.
    Assertion,
    /// The assertion and the response.
    Both,
    /// The response alone: to be refused.
    Response,
    /// Nothing: to be refused.
    Nothing,
}

/// A response of success before it is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseDraft {
    /// Identifiers.
    pub ids: Ids,
    /// Entity id of the provider.
    pub issuer: String,
    /// `Format` of both `Issuer` elements: SPID wants it in the assertion, CIE leaves it out.
    pub issuer_format: Option<String>,
    /// Identifier of the request.
    pub in_response_to: String,
    /// `Response/@Destination`.
    pub destination: String,
    /// `SubjectConfirmationData/@Recipient`.
    pub recipient: String,
    /// `Audience`.
    pub audience: String,
    /// `IssueInstant` of response and assertion, and `NotBefore`.
    pub instant: String,
    /// `NotOnOrAfter` of confirmation and conditions.
    pub not_on_or_after: String,
    /// `AuthnContextClassRef`.
    pub level_class: String,
    /// `SessionIndex`.
    pub session_index: Option<String>,
    /// Attributes by name and value.
    pub attributes: Vec<(String, String)>,
}

impl ResponseDraft {
    /// The response that a correct provider gives.
    pub fn success(
        idp: &IdentityProvider,
        request: &ReceivedRequest,
        person: &Person,
        level: IdentityLevel,
        ids: Ids,
        now: DateTime<Utc>,
    ) -> Self {
        let value = |name: &String| person.attribute(name).map(|value| (name.clone(), value));
        Self {
            session_index: (level == IdentityLevel::L1).then(|| ids.assertion.clone()),
            ids,
            issuer: idp.entity_id.clone(),
            issuer_format: Some(ENTITY.to_owned()),
            in_response_to: request.id.clone(),
            destination: request.acs_url.clone(),
            recipient: request.acs_url.clone(),
            audience: request.entity_id.clone(),
            instant: saml::instant(now),
            not_on_or_after: saml::instant(now + VALIDITY),
            level_class: saml::level_class(level).to_owned(),
            attributes: request.attributes.iter().filter_map(value).collect(),
        }
    }

    /// The signed response.
    ///
    /// # Errors
    /// [`Error::Sign`].
    pub fn sign(&self, key: &ServiceKey, signing: Signing) -> Result<String, Error> {
        let assertion = match signing {
            Signing::Assertion | Signing::Both => sign(&self.assertion(), &self.ids.assertion, key)?,
            Signing::Response | Signing::Nothing => self.assertion().replacen(MARK, "", 1),
        };
        let status = format!("<samlp:Status><samlp:StatusCode Value=\"{SUCCESS}\"/></samlp:Status>");
        let head = Head {
            id: &self.ids.response,
            in_response_to: &self.in_response_to,
            instant: &self.instant,
            destination: &self.destination,
            issuer: &self.issuer,
            issuer_format: self.issuer_format.as_deref(),
        };
        let response = head.response(&status, &assertion);
        match signing {
            Signing::Both | Signing::Response => sign(&response, &self.ids.response, key),
            Signing::Assertion | Signing::Nothing => Ok(response.replacen(MARK, "", 1)),
        }
    }

    fn assertion(&self) -> String {
        format!(
            "<saml:Assertion xmlns:saml=\"{ASSERTION}\" ID=\"{id}\" Version=\"2.0\" IssueInstant=\"{instant}\">\
             <saml:Issuer{format}>{issuer}</saml:Issuer>{MARK}<saml:Subject>\
             <saml:NameID Format=\"{TRANSIENT}\" NameQualifier=\"{issuer}\">{name_id}</saml:NameID>\
             <saml:SubjectConfirmation Method=\"{BEARER}\"><saml:SubjectConfirmationData \
             InResponseTo=\"{request}\" NotOnOrAfter=\"{end}\" Recipient=\"{recipient}\"/></saml:SubjectConfirmation>\
             </saml:Subject><saml:Conditions NotBefore=\"{instant}\" NotOnOrAfter=\"{end}\"><saml:AudienceRestriction>\
             <saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>\
             <saml:AuthnStatement AuthnInstant=\"{instant}\"{session}><saml:AuthnContext>\
             <saml:AuthnContextClassRef>{class}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>\
             <saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>",
            id = escape(&self.ids.assertion),
            format = issuer_format(self.issuer_format.as_deref()),
            instant = escape(&self.instant),
            issuer = escape(&self.issuer),
            name_id = escape(&self.ids.name_id),
            request = escape(&self.in_response_to),
            end = escape(&self.not_on_or_after),
            recipient = escape(&self.recipient),
            audience = escape(&self.audience),
            session =
                self.session_index.as_ref().map(|s| format!(" SessionIndex=\"{}\"", escape(s))).unwrap_or_default(),
            class = escape(&self.level_class),
            attributes = self.attributes.iter().map(attribute).collect::<String>(),
        )
    }
}

fn issuer_format(format: Option<&str>) -> String {
    format.map(|format| format!(" Format=\"{}\"", escape(format))).unwrap_or_default()
}

fn attribute((name, value): &(String, String)) -> String {
    format!(
        "<saml:Attribute Name=\"{}\" NameFormat=\"{BASIC}\"><saml:AttributeValue \
         xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xsi:type=\"xs:string\">{}</saml:AttributeValue></saml:Attribute>",
        escape(name),
        escape(value)
    )
}

/// The response by which a provider tells of an anomaly; unsigned, as most of them send it.
pub fn refuse(
    idp: &IdentityProvider,
    request: &ReceivedRequest,
    anomaly: SpidAnomaly,
    response_id: &str,
    now: DateTime<Utc>,
) -> String {
    let status = format!(
        "<samlp:Status><samlp:StatusCode Value=\"{RESPONDER}\"><samlp:StatusCode Value=\"{AUTHN_FAILED}\"/>\
         </samlp:StatusCode><samlp:StatusMessage>{}</samlp:StatusMessage></samlp:Status>",
        anomaly.status_message()
    );
    let head = Head {
        id: response_id,
        in_response_to: &request.id,
        instant: &saml::instant(now),
        destination: &request.acs_url,
        issuer: &idp.entity_id,
        issuer_format: Some(ENTITY),
    };
    head.response(&status, "").replacen(MARK, "", 1)
}

/// The envelope of a response.
struct Head<'a> {
    id: &'a str,
    in_response_to: &'a str,
    instant: &'a str,
    destination: &'a str,
    issuer: &'a str,
    issuer_format: Option<&'a str>,
}

impl Head<'_> {
    fn response(&self, status: &str, assertion: &str) -> String {
        format!(
            "<samlp:Response xmlns:samlp=\"{PROTOCOL}\" xmlns:saml=\"{ASSERTION}\" ID=\"{}\" Version=\"2.0\" \
             IssueInstant=\"{}\" InResponseTo=\"{}\" Destination=\"{}\">\
             <saml:Issuer{}>{}</saml:Issuer>{MARK}{status}{assertion}</samlp:Response>",
            escape(self.id),
            escape(self.instant),
            escape(self.in_response_to),
            escape(self.destination),
            issuer_format(self.issuer_format),
            escape(self.issuer),
        )
    }
}

/// Puts a signature over the element with this `ID` in the place of the mark.
pub(super) fn sign(xml: &str, id: &str, key: &ServiceKey) -> Result<String, Error> {
    let skeleton = signature::skeleton(id, key.certificate());
    signature::complete(&xml.replacen(MARK, &skeleton, 1), key)
}
