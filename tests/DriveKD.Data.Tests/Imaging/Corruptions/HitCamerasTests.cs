using CsCheck;
using DriveKD.Data.Imaging.Corruptions;

namespace DriveKD.Data.Tests.Imaging.Corruptions;

public sealed class HitCamerasTests
{
    [Fact]
    public void OfCrash_AnySeed_OneToSeverityCameras() =>
        Gen.Select(Gen.Int, Gen.Int[1, 5]).Sample((seed, severity) =>
            Assert.InRange(HitCameras.OfCrash(TestStreams.Of(seed), severity).Count(hit => hit), 1, severity));

    [Fact]
    public void OfLens_AnyFrame_FirstViewAndOneToFiveOthers() =>
        Gen.Select(Gen.Int, Gen.Int[1, 5], Gen.String).Sample((seed, severity, frame) =>
        {
            bool[] hit = HitCameras.OfLens(TestStreams.Of(seed), CorruptionKind.LensObstacle, severity, frame);
            Assert.True(hit[0]);
            Assert.InRange(hit.Skip(1).Count(isHit => isHit), 1, 5);
        });

    [Fact]
    public void OfLostFrame_ManyFrames_EachCameraAsOftenAsTheSeveritySays()
    {
        bool[][] hits = [.. Enumerable.Range(0, 3000).Select(frame => HitCameras.OfLostFrame(TestStreams.Of(1), 2, $"{frame}"))];

        for (int camera = 0; camera < 6; camera++)
        {
            // Four standard errors of a share of 1/3.
            Assert.InRange(hits.Average(hit => hit[camera] ? 1.0 : 0.0), (1 / 3.0) - .035, (1 / 3.0) + .035);
        }
    }
}
