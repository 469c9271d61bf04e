using DriveKD.Models.Measurement;
using DriveKD.Models.Tests.Support;
using DriveKD.Tests;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Measurement;

[Collection(ProcessMemory.Name)]
public sealed class ResidentWatchTests
{
    private const long Megabyte = 1_000_000;
    private const long Held = 64 * Megabyte;

    // Other allocations of the process come and go meanwhile.
    private const long Slack = 16 * Megabyte;

    [Fact]
    public void PeakBytes_MemoryThatIsFreedAgain_Counts()
    {
        using ResidentWatch watch = ResidentWatch.Start();
        Hold();

        Assert.True(watch.PeakBytes >= watch.BeginBytes + Held - Slack, $"{watch.BeginBytes} then {watch.PeakBytes}");
    }

    [Fact]
    public void PeakBytes_OfAnEarlierWatch_DoesNotCount()
    {
        Hold();
        using ResidentWatch watch = ResidentWatch.Start();
        using ResidentWatch second = ResidentWatch.Start();

        Assert.True(second.PeakBytes < second.BeginBytes + Held - Slack, $"{second.BeginBytes} then {second.PeakBytes}");
    }

    [Fact]
    public void Start_MarkThatCannotBeSetBack_Samples()
    {
        using TemporaryFolder folder = new();
        using ResidentWatch watch = ResidentWatch.Start(folder["no-proc"]);
        using (Tensor held = ones(Held, ScalarType.Byte))
        {
            Assert.True(watch.PeakBytes >= watch.BeginBytes + Held - Slack, $"{watch.BeginBytes} then {watch.PeakBytes}");
        }

        Assert.Equal(ResidentMethod.Sampled, watch.Method);
    }

    private static void Hold()
    {
        using Tensor held = zeros(Held, ScalarType.Byte);
        held.fill_(Models.Tensors.Scalars.Of(1));
    }
}
