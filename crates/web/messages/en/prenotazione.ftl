# Booking of places, where they are few.

posto-titolo = Book a place
posto-titolo-fatto = Your place
posto-pochi = Places are limited
posto-apre = { $posti ->
    [one] There is one place. It can be booked from { $apre }.
   *[other] There are { $posti } places. They can be booked from { $apre }.
}
posto-come = Send the application first. At the opening just press “Book”: first come, first served.
posto-orologio = Our clock says { $ora }.
posto-prima = Before the opening the button books nothing. Press it again at that time.
posto-liberi = { $posti ->
    [one] There is one place and it is free. Booking is open.
   *[other] Booking is open. Places free: { $n } of { $posti }.
}
posto-esauriti = { $posti ->
    [one] The place is booked. Whoever books now goes on the waiting list.
   *[other] All { $posti } places are booked. Whoever books now goes on the waiting list.
}
posto-fino = You can book until { $fine }.
posto-presto = Not yet: booking opens on { $apre }. We have recorded nothing.
posto-tardi = Booking is closed.
posto-fatto = You have booked: there is nothing else to do.
posto-provvisorio = The place is provisional. The office looks at applications in the order of arrival and answers you. If somebody gives up, you move up.
posto-insieme = One request books for { $n } applications.
posto-prenota = Book
posto-prenota-domanda = Book the place: application { $numero }
posto-manca = Sending does not book the place: one step is left.
posto-vedi = Place: book it or see where you stand
posto-domande = Your applications
posto-domanda = Application { $numero }
posto-da-prenotare = Place to book
posto-fuori = No place: application withdrawn, rejected or decided
posto-provvisorio-n = Provisional place { $n } of { $posti }
posto-attesa = Waiting list: { $n }
posto-arrivo = Arrived as number { $n }, on { $data } at { $ora }
posto-con-punti = { $posto }, points: { $punti }
posto-dato = Place given
posto-lista = On the waiting list (position { $n })
posto-chiamata = There is a place: the office decides
posto-criteri-titolo = Who comes first
posto-criteri = Applications are ordered by points.
posto-criteri-posti = { $posti ->
    [one] There is one place. It goes to whoever has most points.
   *[other] There are { $posti } places. They go to those with most points.
}
posto-criterio = { $criterio }: { $punti ->
    [one] one point
   *[other] { $punti } points
}
posto-criteri-come = With equal points, the application that was sent first comes first, then the younger child. Points are worked out from the answers that you send.

# Office
posti-menu = Places
posti-titolo = Few places
posti-elenco = Services with few places, the latest first
posti-vuota = No service has few places. The number of places is given when a form is published.
posti-apertura = Booking from
posti-quanti = Places
posti-prenotati = Applications
posti-ordine = Order of arrival: { $titolo }
posti-ordine-sotto = { $posti ->
    [one] 1 place
   *[other] { $posti } places
}, { $prenotati ->
    [one] 1 booking
   *[other] { $prenotati } bookings
}, opening { $apre }.
posti-ordine-elenco = Applications in the order of arrival
posti-ordine-vuota = Nobody has booked yet.
posti-arrivo = Arrival
posti-ora = Time
posti-posto = Place
posti-pagine = Pages of the order
posti-per-criteri = By criteria
posti-criteri = Criteria that give the points
posti-posizione = Position
posti-punti = Points
posti-inviata = Sent
posti-graduatoria = Ranking: { $titolo }
posti-graduatoria-sotto = { $posti ->
    [one] 1 place
   *[other] { $posti } places
}, { $domande ->
    [one] 1 application
   *[other] { $domande } applications
} in the ranking.
posti-graduatoria-come = Points count, then the time of sending, then age: the younger child first. Points come from the answers that were sent: completing an application can only lower them. Who gives up, is rejected or annulled is not shown. Until the closing the order may change. The list to publish has numbers of applications only.
posti-graduatoria-elenco = Applications in the order of the ranking
posti-graduatoria-vuota = No application is in the ranking.
