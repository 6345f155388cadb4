using SkiaSharp;

namespace Relsim.Evaluation.Reports;

/// <summary>Colours of a map; violet is logic and amber is look, as in the report.</summary>
internal sealed record MapPalette(
    SKColor Ground, SKColor Plot, SKColor Line, SKColor Border, SKColor Text, SKColor FaintText, SKColor Logic, SKColor Look, SKColor Shadow)
{
    public static MapPalette Of(MapTheme theme) => theme == MapTheme.Light ? Light : Dark;

    private static MapPalette Light { get; } = new(
        Ground: new SKColor(0xFFF6F5F1), Plot: new SKColor(0xFFFFFFFF), Line: new SKColor(0xFFEDEBE6), Border: new SKColor(0xFFDDDAD3),
        Text: new SKColor(0xFF1E1D24), FaintText: new SKColor(0xFF625F6B), Logic: new SKColor(0xFF5A48D6), Look: new SKColor(0xFFB65C0A),
        Shadow: new SKColor(0x2E1E1D24));

    private static MapPalette Dark { get; } = new(
        Ground: new SKColor(0xFF121318), Plot: new SKColor(0xFF1B1D24), Line: new SKColor(0xFF272A33), Border: new SKColor(0xFF343843),
        Text: new SKColor(0xFFF0EFF4), FaintText: new SKColor(0xFFA9A8B5), Logic: new SKColor(0xFFA99DFF), Look: new SKColor(0xFFF2AE62),
        Shadow: new SKColor(0x80000000));
}
