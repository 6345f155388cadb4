using System.Globalization;
using Relsim.Evaluation.Reports;

namespace Relsim.Evaluation.Tests.Reports;

public sealed class HtmlTests
{
    [Fact]
    public void Of_TextInAGap_IsEscaped() =>
        Assert.Equal("<p title=\"&quot;&gt;\">&lt;b&gt; &amp; &#39;</p>", Html.Of($"<p title=\"{"\">"}\">{"<b> & '"}</p>").Markup);

    [Fact]
    public void Of_MarkupInAGap_IsKept() => Assert.Equal("<p><b>1</b></p>", Html.Of($"<p>{Html.Of($"<b>{1}</b>")}</p>").Markup);

    [Fact]
    public void Of_NumbersInAGap_AreWrittenAlikeEverywhere()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = comma;
            Assert.Equal("0.25", Html.Of($"{0.25:0.00}").Markup);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("{Subject A} & {B}", "<span class=\"open\">{Subject A}</span> &amp; <span class=\"open\">{B}</span>")]
    [InlineData("no braces", "no braces")]
    [InlineData("a {lost <brace", "a {lost &lt;brace")]
    [InlineData("} {<i>}", "} <span class=\"open\">{&lt;i&gt;}</span>")]
    public void Placeholders_OfACaption_AreMarked(string caption, string markup) => Assert.Equal(markup, DemoReport.Placeholders(caption).Markup);
}
