using Relsim.Torch.Nn;
using Relsim.Torch.Nn.Int8;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Tests.Nn.Int8;

public class ActivationRecorderTests
{
    [Fact]
    public void Outliers_SomeCallsAreLoud_NamesTheirChannels()
    {
        using DisposeScope scope = NewDisposeScope();
        using var layer = new LoraLinear(200, 3, bias: false);
        layer.Bind("weight", rand(3, 200));
        using var model = Sequential(("first", layer));
        Tensor quiet = ones(2, 5, 200);
        Tensor loud = ones(2, 5, 200);
        loud[1, 2, 150] = -40;
        loud[0, 4, 30] = 7;
        loud[0, 4, 31] = 5;
        using (var recorder = new ActivationRecorder(model))
        {
            model.call(loud).Dispose();
            model.call(quiet).Dispose();
            Assert.Equal([30, 150], recorder.Outliers()["first"]);
            Assert.Equal([150], recorder.Outliers(mostShare: 0.005)["first"]);
            Assert.Equal([30, 31, 150], recorder.Outliers(threshold: 4, mostShare: 0.1)["first"]);
        }

        using var later = new ActivationRecorder(model);
        Assert.Empty(later.Outliers());
    }

    [Fact]
    public void Dispose_AfterRecording_LeavesNoHookAndNoTensor()
    {
        using DisposeScope scope = NewDisposeScope();
        using var layer = new LoraLinear(4, 3, bias: false);
        layer.Bind("weight", rand(3, 4));
        using var model = Sequential(("first", layer));
        Tensor input = rand(2, 4);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        var recorder = new ActivationRecorder(model);
        model.call(input).Dispose();
        recorder.Dispose();
        model.call(input).Dispose();

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
        Assert.Empty(recorder.Outliers());
    }
}
