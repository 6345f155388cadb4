using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Relsim.Evaluation.Reports;

/// <summary>Markup that is safe to put into a page: whatever an interpolated string holds in its gaps is escaped, except other markup.</summary>
internal readonly record struct Html(string Markup)
{
    public static Html Empty { get; } = new(string.Empty);

    public static Html Of(HtmlHandler markup) => new(markup.Finish());

    /// <summary>Markup for each item, one after the other.</summary>
    public static Html Each<T>(IEnumerable<T> items, Func<T, Html> markup) => new(string.Concat(items.Select(item => markup(item).Markup)));

    public override string ToString() => Markup;
}

/// <summary>Escapes the gaps of an interpolated string for text and double-quoted attributes.</summary>
[InterpolatedStringHandler]
internal readonly ref struct HtmlHandler
{
    private readonly StringBuilder _markup;

    public HtmlHandler(int literalLength, int formattedCount) => _markup = new StringBuilder(literalLength + (formattedCount * 16));

    public void AppendLiteral(string markup) => _markup.Append(markup);

    public void AppendFormatted(Html markup) => _markup.Append(markup.Markup);

    public void AppendFormatted(string? text) => _markup.Append(WebUtility.HtmlEncode(text));

    public void AppendFormatted<T>(T value, string? format = null)
        where T : IFormattable => AppendFormatted(value.ToString(format, CultureInfo.InvariantCulture));

    public string Finish() => _markup.ToString();
}
