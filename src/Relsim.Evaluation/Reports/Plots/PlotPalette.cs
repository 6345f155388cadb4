using System.Text;
using SkiaSharp;

namespace Relsim.Evaluation.Reports.Plots;

/// <summary>
/// Colours of charts, told apart by people who see fewer of them (after Okabe and Ito 2008, darkened to 3:1 on white); text stands at
/// 4.5:1 or more. A page that is dark exchanges each for its counterpart.
/// </summary>
internal static class PlotPalette
{
    private static readonly (string Light, string Dark)[] Pairs =
    [
        ("#FEFEFE", "#1B1D24"), ("#1E1D24", "#F0EFF4"), ("#5F5C68", "#AAA8B6"), ("#E6E3DD", "#2E313B"), ("#A5A2AC", "#6C6A78"),
        ("#5140CF", "#A99DFF"), ("#7E8594", "#8B91A0"), ("#DEDBD5", "#4A4C57"), ("#A84F06", "#F2AE62"),
        ("#C2410C", "#FF8A5C"), ("#00796B", "#4FC3B0"), ("#8A6100", "#E0B040"), ("#B0307A", "#F07FBF"), ("#1F74B0", "#69B4EA"), ("#54525C", "#B9B7C4"),
    ];

    /// <summary>What lies behind; also letters on a filled bar, and the rim that parts a line from what it crosses.</summary>
    public static SKColor Ground => At(0);

    public static SKColor Text => At(1);

    public static SKColor FaintText => At(2);

    public static SKColor Grid => At(3);

    /// <summary>Axes and other lines that are read, yet not first.</summary>
    public static SKColor Line => At(4);

    /// <summary>The method that the report is about, and its wins.</summary>
    public static SKColor Ours => At(5);

    /// <summary>Any other method's bar.</summary>
    public static SKColor Baseline => At(6);

    public static SKColor Tie => At(7);

    public static SKColor Loss => At(8);

    /// <summary>The colour of the curve with this number; the seventh is the first again.</summary>
    public static SKColor Curve(int number) => At(9 + (number % CurveColors));

    /// <summary>How many curves have colours of their own.</summary>
    public static int CurveColors => Pairs.Length - 9;

    /// <summary>Rules of CSS that turn the charts inside <paramref name="selector"/> dark.</summary>
    public static string DarkRules(string selector)
    {
        var rules = new StringBuilder();
        foreach ((string light, string dark) in Pairs)
        {
            rules.Append(selector).Append(" [fill=\"").Append(light).Append("\"]{fill:").Append(dark).Append('}')
                .Append(selector).Append(" [stroke=\"").Append(light).Append("\"]{stroke:").Append(dark).Append("}\n");
        }

        return rules.ToString();
    }

    private static SKColor At(int pair) => SKColor.Parse(Pairs[pair].Light);
}
