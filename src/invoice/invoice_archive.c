/* SPDX-License-Identifier: Apache-2.0 */
/*
 * invoice_archive.c - cairo's PDF made a PDF/A-3b that carries the invoice's XML (Factur-X).
 *
 * Through qpdf's C API: objects are built by qpdf_oh_*, so that no text is ever spliced into the
 * file. Added: the XML as embedded file (EmbeddedFiles name tree and /AF, relationship
 * Alternative), XMP metadata with the extension schema that Factur-X asks for, the output intent
 * with an sRGB profile, the language, a file identifier made from the contents. The information
 * dictionary goes: PDF/A wants it equal to the XMP, and nothing needs it. So do the transparency
 * groups that cairo gives each page: nothing on them is transparent.
 */
#include <qpdf/qpdf-c.h>

#include "invoice/invoice_int.h"

static const char XMP_HEAD[] =
    "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
    "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
    "<rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">"
    "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"
    "</rdf:Description>\n";

/* The extension schema describes the four properties of Factur-X, as ISO 19005-3 asks. */
static const char XMP_SCHEMA_HEAD[] =
    "<rdf:Description rdf:about=\"\" "
    "xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\" "
    "xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" "
    "xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\n"
    "<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">\n"
    "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>\n"
    "<pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
    "</pdfaSchema:namespaceURI>\n<pdfaSchema:prefix>fx</pdfaSchema:prefix>\n"
    "<pdfaSchema:property><rdf:Seq>\n";

static const char XMP_TAIL[] =
    "</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>"
    "</rdf:Description>\n"
    "<rdf:Description rdf:about=\"\" "
    "xmlns:fx=\"urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#\">"
    "<fx:DocumentType>INVOICE</fx:DocumentType>"
    "<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>"
    "<fx:Version>1.0</fx:Version><fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>"
    "</rdf:Description>\n"
    "</rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>";

static void
xmp_put(struct arena *a, struct buf *b, const struct invoice_doc *d)
{
    static const char *const properties[][2] = {
        {"DocumentFileName", "name of the embedded XML invoice file"},
        {"DocumentType", "INVOICE"},
        {"Version", "version of the Factur-X XML schema"},
        {"ConformanceLevel", "conformance level of the Factur-X data"},
    };
    struct str at = instant_str(a, d->issued_ms / 1000 * 1000);

    buf_z(b, XMP_HEAD);
    /* Numbers are made of A-Z, 0-9 and hyphens: nothing to escape. */
    buf_printf(b,
               "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
               "xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"><dc:format>application/pdf</dc:format>"
               "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">%s %.*s</rdf:li></rdf:Alt>"
               "</dc:title><xmp:CreatorTool>Maillon</xmp:CreatorTool>"
               "<xmp:CreateDate>%.*s</xmp:CreateDate><xmp:ModifyDate>%.*s</xmp:ModifyDate>"
               "</rdf:Description>\n",
               d->kind == INVOICE_CREDIT ? "Avoir" : "Facture", STR_FMT(d->number), STR_FMT(at),
               STR_FMT(at));
    buf_z(b, XMP_SCHEMA_HEAD);
    for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++)
        buf_printf(b,
                   "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>%s</pdfaProperty:name>"
                   "<pdfaProperty:valueType>Text</pdfaProperty:valueType>"
                   "<pdfaProperty:category>external</pdfaProperty:category>"
                   "<pdfaProperty:description>%s</pdfaProperty:description></rdf:li>\n",
                   properties[i][0], properties[i][1]);
    buf_z(b, XMP_TAIL);
}

/* An indirect stream with these bytes; extra is added to its dictionary, a PDF dictionary's
 * entries as text. */
static qpdf_oh
stream_make(qpdf_data q, struct str bytes, const char *const (*names)[2], size_t count)
{
    qpdf_oh stream = qpdf_oh_new_stream(q);
    qpdf_oh dict = qpdf_oh_get_dict(q, stream);

    qpdf_oh_replace_stream_data(q, stream, (const unsigned char *)bytes.ptr, bytes.len,
                                qpdf_oh_new_null(q), qpdf_oh_new_null(q));
    for (size_t i = 0; i < count; i++)
        qpdf_oh_replace_key(q, dict, names[i][0], qpdf_oh_new_name(q, names[i][1]));
    return stream;
}

static void
metadata_add(qpdf_data q, qpdf_oh root, struct str xmp)
{
    static const char *const names[][2] = {{"/Type", "/Metadata"}, {"/Subtype", "/XML"}};

    qpdf_oh_replace_key(q, root, "/Metadata", stream_make(q, xmp, names, 2));
}

static void
intent_add(qpdf_data q, qpdf_oh root, struct str icc)
{
    qpdf_oh profile = stream_make(q, icc, NULL, 0), list = qpdf_oh_new_array(q);
    qpdf_oh intent = qpdf_oh_parse(q, "<< /Type /OutputIntent /S /GTS_PDFA1 "
                                      "/OutputConditionIdentifier (sRGB IEC61966-2.1) "
                                      "/Info (sRGB IEC61966-2.1) >>");

    qpdf_oh_replace_key(q, qpdf_oh_get_dict(q, profile), "/N", qpdf_oh_new_integer(q, 3));
    qpdf_oh_replace_key(q, intent, "/DestOutputProfile", profile);
    qpdf_oh_append_item(q, list, qpdf_make_indirect_object(q, intent));
    qpdf_oh_replace_key(q, root, "/OutputIntents", list);
}

/* "D:20260102030405Z" */
static struct str
pdf_date(struct arena *a, int64_t ms)
{
    struct civil c = civil_of(ms, ZONE_UTC);

    return str_printf(a, "D:%04d%02d%02d%02d%02d%02dZ", c.year, c.month, c.day, c.hour, c.minute,
                      c.second);
}

static void
attachment_add(struct arena *a, qpdf_data q, qpdf_oh root, const struct invoice_doc *d,
               struct str xml)
{
    static const char *const names[][2] = {{"/Type", "/EmbeddedFile"}, {"/Subtype", "/text/xml"}};
    qpdf_oh file = stream_make(q, xml, names, 2), params = qpdf_oh_new_dictionary(q);
    qpdf_oh spec = qpdf_oh_parse(q, "<< /Type /Filespec /F (factur-x.xml) /UF (factur-x.xml) "
                                    "/AFRelationship /Alternative /Desc (Factur-X) >>");
    qpdf_oh ef = qpdf_oh_new_dictionary(q), af = qpdf_oh_new_array(q), tree;

    qpdf_oh_replace_key(q, params, "/Size", qpdf_oh_new_integer(q, (long long)xml.len));
    qpdf_oh_replace_key(q, params, "/ModDate",
                        qpdf_oh_new_string(q, pdf_date(a, d->issued_ms).ptr));
    qpdf_oh_replace_key(q, qpdf_oh_get_dict(q, file), "/Params", params);
    qpdf_oh_replace_key(q, ef, "/F", file);
    qpdf_oh_replace_key(q, ef, "/UF", file);
    qpdf_oh_replace_key(q, spec, "/EF", ef);
    spec = qpdf_make_indirect_object(q, spec);
    qpdf_oh_append_item(q, af, spec);
    qpdf_oh_replace_key(q, root, "/AF", af);
    tree = qpdf_oh_new_array(q);
    qpdf_oh_append_item(q, tree, qpdf_oh_new_string(q, "factur-x.xml"));
    qpdf_oh_append_item(q, tree, spec);
    qpdf_oh files = qpdf_oh_new_dictionary(q), list = qpdf_oh_new_dictionary(q);
    qpdf_oh_replace_key(q, files, "/Names", tree);
    qpdf_oh_replace_key(q, list, "/EmbeddedFiles", files);
    qpdf_oh_replace_key(q, root, "/Names", list);
}

/* What PDF/A wants said that PDF takes for granted: glyphs are numbered as the font has them
 * (ISO 19005-3, 6.2.11.3.2). */
static void
fonts_complete(qpdf_data q, qpdf_oh page)
{
    qpdf_oh fonts = qpdf_oh_get_key(q, qpdf_oh_get_key(q, page, "/Resources"), "/Font");

    if (!qpdf_oh_is_dictionary(q, fonts))
        return;
    qpdf_oh_begin_dict_key_iter(q, fonts);
    while (qpdf_oh_dict_more_keys(q)) {
        qpdf_oh font = qpdf_oh_get_key(q, fonts, qpdf_oh_dict_next_key(q));
        qpdf_oh list = qpdf_oh_get_key(q, font, "/DescendantFonts");
        for (int i = 0; qpdf_oh_is_array(q, list) && i < qpdf_oh_get_array_n_items(q, list); i++) {
            qpdf_oh cid = qpdf_oh_get_array_item(q, list, i);
            if (qpdf_oh_is_name_and_equals(q, qpdf_oh_get_key(q, cid, "/Subtype"),
                                           "/CIDFontType2"))
                qpdf_oh_replace_key(q, cid, "/CIDToGIDMap", qpdf_oh_new_name(q, "/Identity"));
        }
    }
}

static void
pages_mend(qpdf_data q)
{
    int pages = qpdf_get_num_pages(q);

    for (int i = 0; i < pages; i++) {
        qpdf_oh page = qpdf_get_page_n(q, (size_t)i);
        qpdf_oh_remove_key(q, page, "/Group");
        fonts_complete(q, page);
    }
}

static bool
archive_write(struct arena *a, qpdf_data q, const struct invoice_doc *d, struct str xml,
              struct buf *out)
{
    struct buf xmp;

    buf_init(&xmp, 0);
    xmp_put(a, &xmp, d);
    qpdf_oh root = qpdf_get_root(q);
    metadata_add(q, root, buf_view(&xmp));
    buf_release(&xmp);
    intent_add(q, root, icc_srgb(a));
    attachment_add(a, q, root, d, xml);
    pages_mend(q);
    qpdf_oh_replace_key(q, root, "/Lang", qpdf_oh_new_string(q, "fr-FR"));
    qpdf_oh_remove_key(q, qpdf_get_trailer(q), "/Info");
    if ((qpdf_init_write_memory(q) & QPDF_ERRORS) != 0)
        return false;
    qpdf_set_minimum_pdf_version(q, "1.7");
    qpdf_set_object_stream_mode(q, qpdf_o_disable);
    qpdf_set_deterministic_ID(q, QPDF_TRUE);
    if ((qpdf_write(q) & QPDF_ERRORS) != 0)
        return false;
    buf_put(out, qpdf_get_buffer(q), qpdf_get_buffer_length(q));
    return !out->overflow;
}

enum err
doc_archive(struct ctx *cx, const struct invoice_doc *d, struct str plain, struct str xml,
            struct buf *out)
{
    qpdf_data q = qpdf_init();
    bool good;

    qpdf_silence_errors(q);
    qpdf_set_suppress_warnings(q, QPDF_TRUE);
    good = (qpdf_read_memory(q, "invoice", plain.ptr, plain.len, NULL) & QPDF_ERRORS) == 0 &&
           archive_write(cx->arena, q, d, xml, out);
    if (!good)
        log_error(cx->log, "invoice_archive",
                  LOG_Z("why", qpdf_has_error(q) ? qpdf_get_error_full_text(q, qpdf_get_error(q))
                                                 : "too large"));
    qpdf_cleanup(&q);
    return good ? OK : ERR_FAULT;
}
