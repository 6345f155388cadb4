using Relsim.Tokenization;

namespace Relsim.Tests.Tokenization;

public class CleanTextTests
{
    // What Python's html.unescape gives.
    [Theory]
    [InlineData("&notit;", "\u00ACit;")]
    [InlineData("&amp", "&")]
    [InlineData("&ampx", "&x")]
    [InlineData("&#39", "'")]
    [InlineData("&#x80;", "\u20AC")]
    [InlineData("&#0;", "\uFFFD")]
    [InlineData("&#xD800;", "\uFFFD")]
    [InlineData("&#1;", "")]
    [InlineData("&apos", "&apos")]
    [InlineData("&apos;", "'")]
    [InlineData("&AMP;x", "&x")]
    [InlineData("&eacuteX", "\u00E9X")]
    [InlineData("&unknown;", "&unknown;")]
    [InlineData("&;&#;&#x;", "&;&#;&#x;")]
    [InlineData("&#99999999999;", "\uFFFD")]
    [InlineData("&euro;&euro", "\u20AC&euro")]
    [InlineData("&#x1F600;", "\U0001F600")]
    public void Unescape_References_AreReadAsHtml5Says(string text, string expected)
    {
        Assert.Equal(expected, HtmlEntities.Unescape(text));
    }

    [Theory]
    [InlineData("\u00E2\u20AC\u0153caf\u00C3\u00A9\u00E2\u20AC\u009D", "\"caf\u00E9\"")]
    [InlineData("caf\u00E9 \u00C3", "caf\u00E9 \u00C3")]
    [InlineData("\u2018it\u2019s\u2019 \uFB01ne", "'it's' fine")]
    [InlineData("\uFF21\u3000\uFF76\uFF9E", "A \u30AC")]
    [InlineData("\u001B[31mred\u001B[0m\u0000\uFEFF", "red")]
    [InlineData("a\r\nb\rc\u2028d", "a\nb\nc\nd")]
    [InlineData("&lt;b&gt;", "<b>")]
    [InlineData("<b>&lt;", "<b>&lt;")]
    public void Fix_WhatCaptionsBring_IsPlain(string text, string expected)
    {
        Assert.Equal(expected, CleanText.Fix(text));
    }

    [Fact]
    public void Fix_ReferencesNestedByTheThousand_Ends()
    {
        string nested = "&" + string.Concat(Enumerable.Repeat("amp;", 5_000));
        Assert.InRange(CleanText.Fix(nested).Length, 1, nested.Length - 1);
        Assert.Equal("&", CleanText.Fix("&amp;amp;amp;amp;"));
    }

    [Theory]
    [InlineData("\u039F\u0394\u039F\u03A3 \u03A3\u0391\u03A3'\u0391", "\u03BF\u03B4\u03BF\u03C2 \u03C3\u03B1\u03C3'\u03B1")]
    [InlineData("\u03A3 \u0391\u03A3. \u03A3", "\u03C3 \u03B1\u03C2. \u03C3")]
    [InlineData("\u0130A\U00010400", "i\u0307a\U00010428")]
    public void Convert_SpecialCasings_AreThoseOfPython(string text, string expected)
    {
        Assert.Equal(expected, LowerCase.Convert(text, finalSigma: true));
    }
}
