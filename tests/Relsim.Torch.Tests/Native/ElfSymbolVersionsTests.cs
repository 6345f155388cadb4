using CsCheck;
using Relsim.Torch.Native;

namespace Relsim.Torch.Tests.Native;

public sealed class ElfSymbolVersionsTests
{
    [Fact]
    public void Redirect_SoleImportOfAVersion_ChangesItsNameItsVersionAndTheWeakFlagOnly()
    {
        byte[] before = SyntheticElf.Create();
        byte[] after = [.. before];

        new ElfSymbolVersions(after).Redirect("init", "NEW_2", "now");

        byte[] expected = [.. before];
        before.AsSpan(SyntheticElf.SymbolsOffset + 48, 4).CopyTo(expected.AsSpan(SyntheticElf.SymbolsOffset + 24));
        before.AsSpan(SyntheticElf.VersionsOffset + 4, 2).CopyTo(expected.AsSpan(SyntheticElf.VersionsOffset + 2));
        expected[SyntheticElf.NeedsOffset + 32 + 4] = 2;
        Assert.Equal(expected, after);
    }

    [Fact]
    public void Redirect_VersionWithAnotherImport_IsRefusedAndChangesNothing()
    {
        byte[] file = SyntheticElf.Create(furtherImports: 1);
        byte[] before = [.. file];

        ElfFormatException e = Assert.Throws<ElfFormatException>(() => new ElfSymbolVersions(file).Redirect("init", "NEW_2", "now"));

        Assert.Contains("other", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, file);
    }

    [Theory]
    [InlineData("init", "NEW_3", "now")]
    [InlineData("absent", "NEW_2", "now")]
    [InlineData("init", "NEW_2", "absent")]
    public void Redirect_NameNotInTheFile_IsATypedError(string symbol, string version, string substitute) =>
        Assert.Throws<ElfFormatException>(() => new ElfSymbolVersions(SyntheticElf.Create()).Redirect(symbol, version, substitute));

    [Fact]
    public void Redirect_MutatedFile_WorksOrIsATypedError() =>
        Gen.Select(Gen.Int[0, 767], Gen.Byte, Gen.Int[0, 768]).Array[1, 6].Sample(mutations =>
        {
            byte[] file = SyntheticElf.Create();
            foreach ((int at, byte value, _) in mutations)
            {
                file[at] = value;
            }

            file = file[..mutations[0].Item3];
            Exception? thrown = Record.Exception(() => new ElfSymbolVersions(file).Redirect("init", "NEW_2", "now"));
            return thrown is null or ElfFormatException;
        });
}
