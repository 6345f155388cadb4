namespace Relsim.Web.Tests;
public sealed class SmokeTests { [Fact] public void X() { } }
