using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Relsim.Tests")]
