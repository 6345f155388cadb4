using System.Globalization;
using TorchSharp;
using TorchSharp.Modules;

namespace Relsim.Torch.Training;

/// <summary>Writes a run's numbers twice: rows of log.csv (step, name, value) and event files that TensorBoard reads.</summary>
internal sealed class TrainingLog : IDisposable
{
    private readonly StreamWriter _csv;
    private readonly SummaryWriter _events;

    /// <summary>Opens the logs in <paramref name="folder"/>; a resumed run appends.</summary>
    public TrainingLog(string folder)
    {
        string path = Path.Combine(folder, "log.csv");
        bool isNew = !File.Exists(path);
        _csv = new StreamWriter(path, append: true) { AutoFlush = true };
        if (isNew)
        {
            _csv.WriteLine("step,name,value");
        }

        _events = torch.utils.tensorboard.SummaryWriter(Path.Combine(folder, "tensorboard"));
    }

    public void Write(long step, string group, IEnumerable<KeyValuePair<string, double>> values)
    {
        foreach ((string name, double value) in values)
        {
            _csv.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{step},{group}/{name},{value:G6}"));
            _events.add_scalar($"{group}/{name}", (float)value, (int)step);
        }
    }

    public void Dispose() => _csv.Dispose();
}
