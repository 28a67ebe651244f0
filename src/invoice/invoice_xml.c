/* SPDX-License-Identifier: Apache-2.0 */
/*
 * invoice_xml.c - a document as UN/CEFACT Cross Industry Invoice, profile EN 16931 of Factur-X.
 *
 * The order of elements is the schema's. Business terms of EN 16931 are named where the element's
 * name does not say them. Everything is paid when it is issued, so what is due is 0 and no due
 * date is asked (BR-CO-25).
 */
#include "invoice/invoice_int.h"

/* XML 1.0 allows no control character but tab and line ends; data was checked at the door, and
 * what slipped through becomes a space. */
static void
xml_text(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c == '&')
            buf_z(out, "&amp;");
        else if (c == '<')
            buf_z(out, "&lt;");
        else if (c == '>')
            buf_z(out, "&gt;");
        else if (c == '"')
            buf_z(out, "&quot;");
        else
            buf_byte(out, c < 0x20 && c != '\n' && c != '\t' ? ' ' : (char)c);
    }
}

/* Left out when empty. */
static void
element(struct buf *out, const char *name, struct str value)
{
    if (value.len == 0)
        return;
    buf_printf(out, "<ram:%s>", name);
    xml_text(out, value);
    buf_printf(out, "</ram:%s>", name);
}

static void
element_id(struct buf *out, const char *scheme, struct str value)
{
    buf_printf(out, "<ram:ID schemeID=\"%s\">", scheme);
    xml_text(out, value);
    buf_z(out, "</ram:ID>");
}

static void
amount(struct buf *out, const char *name, int64_t cents)
{
    buf_printf(out, "<ram:%s>%lld.%02lld</ram:%s>", name, (long long)(cents / 100),
               (long long)(cents % 100), name);
}

static void
date(struct buf *out, const char *ns, int64_t ms, enum zone zone)
{
    struct civil c = civil_of(ms, zone);

    buf_printf(out, "<%s:DateTimeString format=\"102\">%04d%02d%02d</%s:DateTimeString>", ns,
               c.year, c.month, c.day, ns);
}

/* BT-21 and BT-22, with the subject codes that French invoices use for their mentions. */
static void
note(struct buf *out, struct str text, const char *subject)
{
    if (text.len == 0)
        return;
    buf_z(out, "<ram:IncludedNote>");
    element(out, "Content", text);
    element(out, "SubjectCode", str_of(subject));
    buf_z(out, "</ram:IncludedNote>\n");
}

static void
head_xml(struct buf *out, const struct invoice_doc *d)
{
    buf_z(out, "<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>"
               "<ram:ID>urn:cen.eu:en16931:2017</ram:ID>"
               "</ram:GuidelineSpecifiedDocumentContextParameter>"
               "</rsm:ExchangedDocumentContext>\n<rsm:ExchangedDocument>");
    element(out, "ID", d->number);
    buf_printf(out, "<ram:TypeCode>%d</ram:TypeCode><ram:IssueDateTime>", (int)d->kind);
    date(out, "udt", d->issued_ms, (enum zone)d->zone);
    buf_z(out, "</ram:IssueDateTime>\n");
    note(out, d->reason, "ACB");
    note(out, STR("Livraison de biens"), "AAI");
    if (d->vat_on_debits)
        note(out, STR("Option pour le paiement de la taxe d’après les débits"), "AAI");
    note(out, d->penalties, "PMD");
    note(out, STR("Indemnité forfaitaire pour frais de recouvrement\u00a0: 40\u00a0€"), "PMT");
    note(out, d->discount, "AAB");
    buf_z(out, "</rsm:ExchangedDocument>\n");
}

static void
tax_xml(struct buf *out, char category, int bp)
{
    buf_printf(out, "<ram:CategoryCode>%c</ram:CategoryCode>", category);
    if (category == 'G')
        buf_z(out, "<ram:ExemptionReasonCode>VATEX-EU-G</ram:ExemptionReasonCode>");
    /* BT-8: the tax is due when the advance is paid. */
    buf_z(out, "<ram:DueDateTypeCode>72</ram:DueDateTypeCode>");
    buf_printf(out, "<ram:RateApplicablePercent>%d.%02d</ram:RateApplicablePercent>", bp / 100,
               bp % 100);
}

static void
line_xml(struct buf *out, const struct doc_line *l, int number)
{
    buf_printf(out,
               "<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument>"
               "<ram:LineID>%d</ram:LineID></ram:AssociatedDocumentLineDocument>"
               "<ram:SpecifiedTradeProduct>",
               number);
    element(out, "SellerAssignedID", l->code);
    element(out, "Name", l->name);
    buf_z(out, "</ram:SpecifiedTradeProduct><ram:SpecifiedLineTradeAgreement>"
               "<ram:NetPriceProductTradePrice>");
    amount(out, "ChargeAmount", l->price_cents);
    buf_printf(out,
               "</ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>"
               "<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode=\"C62\">%lld"
               "</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>"
               "<ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax>"
               "<ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>%c</ram:CategoryCode>"
               "<ram:RateApplicablePercent>%d.%02d</ram:RateApplicablePercent>"
               "</ram:ApplicableTradeTax>"
               "<ram:SpecifiedTradeSettlementLineMonetarySummation>",
               (long long)l->quantity, l->category, l->vat_bp / 100, l->vat_bp % 100);
    amount(out, "LineTotalAmount", l->net_cents);
    buf_z(out, "</ram:SpecifiedTradeSettlementLineMonetarySummation>"
               "</ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>\n");
}

static void
address_xml(struct buf *out, struct str postal_code, const struct str line[3], struct str city,
            struct str country)
{
    static const char *const names[] = {"LineOne", "LineTwo", "LineThree"};
    int n = 0;

    buf_z(out, "<ram:PostalTradeAddress>");
    element(out, "PostcodeCode", postal_code);
    for (int i = 0; i < 3; i++)
        if (line[i].len > 0)
            element(out, names[n++], line[i]);
    element(out, "CityName", city);
    element(out, "CountryID", country);
    buf_z(out, "</ram:PostalTradeAddress>");
}

/* BT-33: what a French company says beside its name. */
static void
seller_words(struct buf *out, const struct invoice_doc *d)
{
    buf_z(out, "<ram:Description>");
    xml_text(out, d->seller_form);
    if (d->seller_capital.len > 0) {
        buf_z(out, " au capital de ");
        xml_text(out, d->seller_capital);
    }
    if (d->seller_rcs.len > 0) {
        buf_z(out, ", RCS ");
        xml_text(out, d->seller_rcs);
    }
    buf_z(out, "</ram:Description>");
}

static void
party_end(struct buf *out, struct str vat)
{
    if (vat.len == 0)
        return;
    buf_z(out, "<ram:SpecifiedTaxRegistration>");
    element_id(out, "VA", vat);
    buf_z(out, "</ram:SpecifiedTaxRegistration>");
}

static void
agreement_xml(struct buf *out, const struct invoice_doc *d)
{
    const struct str seller[3] = {d->seller_street, d->seller_complement, STR_NONE};
    const struct str buyer[3] = {d->buyer_street, d->buyer_complement, d->buyer_special};

    buf_z(out, "<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty>");
    element(out, "Name", d->seller_name);
    seller_words(out, d);
    buf_z(out, "<ram:SpecifiedLegalOrganization>");
    element_id(out, "0002", d->seller_siren);
    buf_z(out, "</ram:SpecifiedLegalOrganization>");
    address_xml(out, d->seller_postal_code, seller, d->seller_city, STR("FR"));
    buf_z(out, "<ram:URIUniversalCommunication><ram:URIID schemeID=\"EM\">");
    xml_text(out, d->seller_email);
    buf_z(out, "</ram:URIID></ram:URIUniversalCommunication>");
    party_end(out, d->seller_vat);
    buf_z(out, "</ram:SellerTradeParty>\n<ram:BuyerTradeParty>");
    element(out, "Name", d->buyer_name);
    buf_z(out, "<ram:SpecifiedLegalOrganization>");
    element_id(out, "0002", d->buyer_siren);
    buf_z(out, "</ram:SpecifiedLegalOrganization>");
    address_xml(out, d->buyer_postal_code, buyer, d->buyer_city, d->buyer_country);
    party_end(out, d->buyer_vat);
    buf_z(out, "</ram:BuyerTradeParty>\n<ram:BuyerOrderReferencedDocument>");
    element(out, "IssuerAssignedID", d->order_ref);
    buf_z(out, "</ram:BuyerOrderReferencedDocument></ram:ApplicableHeaderTradeAgreement>\n");
}

static void
delivery_xml(struct buf *out, const struct invoice_doc *d)
{
    const struct str to[3] = {d->to_street, d->to_complement, d->to_special};

    buf_z(out, "<ram:ApplicableHeaderTradeDelivery><ram:ShipToTradeParty>");
    element(out, "Name", d->to_name.len > 0 ? d->to_name : d->buyer_name);
    address_xml(out, d->to_postal_code, to, d->to_city, d->to_country);
    buf_z(out, "</ram:ShipToTradeParty></ram:ApplicableHeaderTradeDelivery>\n");
}

static void
settlement_xml(struct buf *out, const struct invoice_doc *d)
{
    buf_z(out, "<ram:ApplicableHeaderTradeSettlement>"
               "<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>"
               "<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>48</ram:TypeCode>"
               "</ram:SpecifiedTradeSettlementPaymentMeans>\n");
    for (int i = 0; i < d->vat_count; i++) {
        const struct doc_vat *v = &d->vat[i];
        if (v->net_cents == 0 && v->vat_cents == 0)
            continue;
        buf_z(out, "<ram:ApplicableTradeTax>");
        amount(out, "CalculatedAmount", v->vat_cents);
        buf_z(out, "<ram:TypeCode>VAT</ram:TypeCode>");
        element(out, "ExemptionReason", v->reason);
        amount(out, "BasisAmount", v->net_cents);
        tax_xml(out, v->category, v->vat_bp);
        buf_z(out, "</ram:ApplicableTradeTax>\n");
    }
    buf_z(out, "<ram:SpecifiedTradeSettlementHeaderMonetarySummation>");
    amount(out, "LineTotalAmount", d->net_cents);
    amount(out, "TaxBasisTotalAmount", d->net_cents);
    buf_printf(out, "<ram:TaxTotalAmount currencyID=\"EUR\">%lld.%02lld</ram:TaxTotalAmount>",
               (long long)(d->vat_cents / 100), (long long)(d->vat_cents % 100));
    amount(out, "GrandTotalAmount", d->total_cents);
    amount(out, "TotalPrepaidAmount", d->total_cents);
    amount(out, "DuePayableAmount", 0);
    buf_z(out, "</ram:SpecifiedTradeSettlementHeaderMonetarySummation>\n");
    if (d->kind == INVOICE_CREDIT) {
        buf_z(out, "<ram:InvoiceReferencedDocument>");
        element(out, "IssuerAssignedID", d->credited);
        buf_z(out, "<ram:FormattedIssueDateTime>");
        date(out, "qdt", d->credited_ms, (enum zone)d->zone);
        buf_z(out, "</ram:FormattedIssueDateTime></ram:InvoiceReferencedDocument>\n");
    }
    buf_z(out, "</ram:ApplicableHeaderTradeSettlement>\n");
}

void
doc_xml(struct buf *out, const struct invoice_doc *d)
{
    buf_z(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<rsm:CrossIndustryInvoice "
               "xmlns:rsm=\"urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100\" "
               "xmlns:ram=\"urn:un:unece:uncefact:data:standard:"
               "ReusableAggregateBusinessInformationEntity:100\" "
               "xmlns:qdt=\"urn:un:unece:uncefact:data:standard:QualifiedDataType:100\" "
               "xmlns:udt=\"urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100\">\n");
    head_xml(out, d);
    buf_z(out, "<rsm:SupplyChainTradeTransaction>\n");
    for (int i = 0; i < d->line_count; i++)
        line_xml(out, &d->line[i], i + 1);
    agreement_xml(out, d);
    delivery_xml(out, d);
    settlement_xml(out, d);
    buf_z(out, "</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>\n");
}
