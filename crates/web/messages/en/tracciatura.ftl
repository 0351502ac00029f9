# Office: the log of sign-ins, kept 24 months.
ufficio-menu-tracciatura = Sign-in log

tracciatura-titolo = Sign-in log
tracciatura-testo = Here are the requests and answers of every sign-in of the last 24 months, failed ones too. Each search is recorded.
tracciatura-dal = From day
tracciatura-al = To day
tracciatura-esito = Outcome
tracciatura-esito-tutti = All
tracciatura-esito-inviata = Request sent
tracciatura-esito-accolta = Answer accepted
tracciatura-esito-rifiutata = Answer refused
tracciatura-codice-fiscale = Tax code (codice fiscale)
tracciatura-soggetto = Subject (NameID)
tracciatura-qualificatore = Qualifier (NameQualifier)
tracciatura-richiesta = Request (AuthnReq_ID)
tracciatura-richiesta-istante = Instant of the request (2026-09-01T08:00:00Z)
tracciatura-risposta = Answer (Resp_ID)
tracciatura-risposta-istante = Instant of the answer (2026-09-01T08:00:00Z)
tracciatura-emittente = Issuer of the answer
tracciatura-asserzione = Assertion (Assertion_ID)
tracciatura-gestore = Identity provider
tracciatura-schema = Sign-in system
tracciatura-esito-log = Outcome in the log
tracciatura-numero = Number in the chain
tracciatura-impronta = Hash
tracciatura-quando = When (UTC)
tracciatura-elenco = { $total ->
    [one] 1 message
   *[other] { $total } messages
}
tracciatura-niente = No message. Try other days or fewer fields.
tracciatura-altri = There are more messages: choose fewer days or fill in another field.
tracciatura-giorno-errato = Write the day as 2026-09-01
tracciatura-istante-errato = Write the instant as 2026-09-01T08:00:00Z
tracciatura-valore = A value is too long or has characters that are not allowed
tracciatura-esporta = Export for an authority
tracciatura-esporta-testo = The file holds all messages found, with hashes to check them. Reason and protocol are recorded.
tracciatura-protocollo = Protocol number of the request
tracciatura-protocollo-manca = Write the protocol number of the request, at most 80 characters
tracciatura-troppi = There are more than 5,000 messages: choose fewer days
tracciatura-esporta-scarica = Download the file
tracciatura-accesso = A sign-in
tracciatura-la-richiesta = Request of { $quando }
tracciatura-la-risposta = Answer of { $quando }
tracciatura-messaggio = Text of the message
tracciatura-apri = Open the messages
tracciatura-apri-testo = The messages hold personal data. Who opens them, when and why is recorded.
tracciatura-motivo = Reason
tracciatura-apri-invia = Open
