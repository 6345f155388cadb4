using ScottPlot;
using SkiaSharp;

namespace Relsim.Evaluation.Reports.Plots;

/// <summary>Gives ScottPlot the font that the program carries; no font of the machine is asked.</summary>
internal sealed class PlotFonts : IFontResolver
{
    /// <summary>The name under which charts ask for it.</summary>
    public const string Regular = "Relsim Inter";

    private static readonly Lazy<bool> Registered = new(() =>
    {
        Fonts.FontResolvers.Insert(0, new PlotFonts());
        return true;
    });

    private PlotFonts()
    {
    }

    /// <summary>Makes the font known; later calls do nothing.</summary>
    public static void Register() => _ = Registered.Value;

    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        fontName == Regular ? MapText.RegularTypeface : null;

    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Regular ? MapText.RegularTypeface : null;
}
