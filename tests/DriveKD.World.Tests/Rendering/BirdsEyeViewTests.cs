using DriveKD.Data.Imaging;
using DriveKD.World.Actors;
using DriveKD.World.Rendering;

namespace DriveKD.World.Tests.Rendering;

public class BirdsEyeViewTests
{
    private static readonly BirdsEyeSettings _settings = new() { Size = 200, Metres = 40, EgoBehindMiddle = 0, HasLabels = false };

    [Fact]
    public void Draw_CarAhead_LiesAboveEgo()
    {
        // 10 m ahead at 5 pixels per metre; beside the arrow, in its back half.
        RgbImage image = BirdsEyeView.Draw(TestScenes.With(TestScenes.Actor(1, ActorKind.Car, 10, 0, color: ActorColor.Blue)), _settings);

        Assert.Equal([32, 78, 214], At(image, 100, 53));
    }

    [Fact]
    public void Draw_NorthUp_TurnsTheScene()
    {
        ActorState car = TestScenes.Actor(1, ActorKind.Car, 10, 0, color: ActorColor.Blue);
        RgbImage image = BirdsEyeView.Draw(TestScenes.With(car), _settings with { IsTurnedWithEgo = false });

        Assert.Equal([32, 78, 214], At(image, 147, 100));
    }

    [Theory]
    [InlineData(10, 80, 0)]
    [InlineData(200, 1, 0)]
    [InlineData(200, double.NaN, 0)]
    [InlineData(200, 80, 0.6)]
    public void Draw_SettingOutOfRange_IsRefused(int size, double metres, double behind) => Assert.Throws<ArgumentOutOfRangeException>(() =>
        BirdsEyeView.Draw(TestScenes.Empty(), new BirdsEyeSettings { Size = size, Metres = metres, EgoBehindMiddle = behind }));

    private static byte[] At(RgbImage image, int x, int y) => image.Pixels.AsSpan(3 * ((y * image.Width) + x), 3).ToArray();
}
