using System.Security.Cryptography;
using DriveKD.Data.Imaging;
using DriveKD.World.Actors;
using DriveKD.World.Geometry;
using DriveKD.World.Rendering;
using DriveKD.World.Roads;
using DriveKD.World.Scenes;

namespace DriveKD.World.Tests.Rendering;

public class SceneRendererTests
{
    private const int Size = 84;

    // Six deviations of the sensor's noise, twice over for two pictures: a byte beyond it shows something else.
    private const int NoiseBound = 45;

    private static readonly Camera _front = CameraRig.Find(CameraRig.Front);
    private static readonly Camera _raised = CameraRig.Find(CameraRig.Front, RigSettings.Raised);

    // Without noise: what differs is what is drawn.
    private static readonly RenderSettings _clean = new() { NoiseDeviation = 0, LeastBrightness = 1, GreatestBrightness = 1 };

    // The same on every machine: a change of these is a change of all pictures, and stands in a commit that says why.
    [Theory]
    [InlineData("CAM_FRONT", TimeOfDay.Day, Weather.Clear, "f6b1d6b407d76fa062d361317500d93f")]
    [InlineData("CAM_FRONT", TimeOfDay.Night, Weather.Rain, "cadd8b4ddb9e4ba6656cc0fdfa02707e")]
    [InlineData("CAM_BACK", TimeOfDay.Dusk, Weather.Fog, "4c5f558268dae8b2a90966e583c6b28d")]
    public void Render_Street_HasItsBytes(string camera, TimeOfDay time, Weather weather, string expected)
    {
        RgbImage image = new SceneRenderer().Render(TestScenes.Street(time, weather), CameraRig.Find(camera), Size, Size, 7);

        Assert.Equal(expected, Convert.ToHexStringLower(SHA256.HashData(image.Pixels).AsSpan(0, 16)));
    }

    [Fact]
    public void Render_AgainAfterOtherPictures_GivesTheSameBytes()
    {
        SceneRenderer renderer = new();
        byte[] first = renderer.Render(TestScenes.Street(), _front, Size, Size, 7).Pixels;
        renderer.RenderWithIds(TestScenes.Street(TimeOfDay.Night, Weather.Rain), _raised, 200, 100, 8);

        Assert.Equal(first, renderer.Render(TestScenes.Street(), _front, Size, Size, 7).Pixels);
        Assert.Equal(first, renderer.RenderWithIds(TestScenes.Street(), _front, Size, Size, 7).Image.Pixels);
        Assert.NotEqual(first, renderer.Render(TestScenes.Street(), _front, Size, Size, 8).Pixels);
    }

    [Fact]
    public void Render_FixedBrightness_HasTheNoiseThatWasAskedFor()
    {
        RenderSettings noisy = _clean with { NoiseDeviation = 5 };
        byte[] clean = new SceneRenderer(_clean).Render(TestScenes.Empty(), _front, Size, Size, 1).Pixels;
        byte[] seen = new SceneRenderer(noisy).Render(TestScenes.Empty(), _front, Size, Size, 1).Pixels;

        double[] differences = [.. clean.Zip(seen).Where(pair => pair.First is > 30 and < 225).Select(pair => (double)pair.Second - pair.First)];

        Assert.InRange(differences.Average(), -0.15, 0.15);
        Assert.InRange(Math.Sqrt(differences.Average(value => value * value)), 4.8, 5.2);
    }

    [Theory]
    [InlineData(0, 84)]
    [InlineData(84, -1)]
    [InlineData(9000, 84)]
    public void Render_SizeOutOfRange_IsRefused(int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SceneRenderer().Render(TestScenes.Empty(), _front, width, height, 0));

    [Fact]
    public void Constructor_SamplesOutOfRange_AreRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SceneRenderer(new RenderSettings { SamplesPerAxis = 0 }));

    [Fact]
    public void Render_CarBehindTruck_IsHidden()
    {
        ActorState truck = TestScenes.Actor(1, ActorKind.Truck, 14, 0, color: ActorColor.Blue);
        ActorState car = TestScenes.Actor(2, ActorKind.Car, 26, 0);

        // Whoever is drawn first.
        foreach (ActorState[] actors in new[] { new[] { truck, car }, [car, truck] })
        {
            IdentifiedPicture picture = new SceneRenderer().RenderWithIds(TestScenes.Empty() with { Actors = actors }, _front, 200, 200, 1);

            Assert.True(picture.Find(2).Share < 0.2);
            Assert.Equal(1, picture.Find(1).Share);
            Assert.True(picture.Find(2).OwnPixels > 20);
        }
    }

    [Theory]
    [InlineData(ActorKind.Car, 10)]
    [InlineData(ActorKind.Car, 27)]
    [InlineData(ActorKind.Truck, 27)]
    [InlineData(ActorKind.Bus, 27)]
    [InlineData(ActorKind.Cyclist, 20)]
    public void Render_Braking_LightsAtLeastTwoPixelsASide(ActorKind kind, double ahead)
    {
        ActorState vehicle = TestScenes.Actor(1, kind, ahead, 0, color: ActorColor.Blue);

        foreach (Camera camera in new[] { _front, _raised })
        {
            int before = Pictures.CountRed(Clean(TestScenes.With(vehicle), camera));
            int after = Pictures.CountRed(Clean(TestScenes.With(vehicle with { IsBraking = true }), camera));

            // Two by two for each lamp, less what an edge between pixels softens; a bicycle has one lamp.
            Assert.True(after - before >= (kind == ActorKind.Cyclist ? 2 : 4), $"{camera.PitchDegrees}: {before} to {after}");
        }
    }

    [Theory]
    [InlineData(ActorKind.Car)]
    [InlineData(ActorKind.Truck)]
    [InlineData(ActorKind.Bus)]
    [InlineData(ActorKind.Cyclist)]
    public void Render_Indicators_LightTheirSide(ActorKind kind)
    {
        ActorState vehicle = TestScenes.Actor(1, kind, 20, 0, color: ActorColor.Blue);
        RgbImage off = Clean(TestScenes.With(vehicle), _raised);
        RgbImage left = Clean(TestScenes.With(vehicle with { Indicator = Indicator.Left }), _raised);
        RgbImage right = Clean(TestScenes.With(vehicle with { Indicator = Indicator.Right }), _raised);
        RgbImage hazard = Clean(TestScenes.With(vehicle with { Indicator = Indicator.Hazard }), _raised);

        Assert.Equal(0, Pictures.CountAmber(off));
        Assert.True(Pictures.AmberColumn(left) < (Size / 2) - 1);
        Assert.True(Pictures.AmberColumn(right) > Size / 2);
        Assert.InRange(Pictures.CountAmber(hazard), Pictures.CountAmber(left) + 1, int.MaxValue);
    }

    [Theory]
    [InlineData(ActorKind.Car)]
    [InlineData(ActorKind.Truck)]
    [InlineData(ActorKind.Bus)]
    public void Render_BrakingAndIndicating_ShowsBoth(ActorKind kind)
    {
        ActorState vehicle = TestScenes.Actor(1, kind, 26, 0, color: ActorColor.Blue) with { IsBraking = true, Indicator = Indicator.Hazard };
        RgbImage image = Clean(TestScenes.With(vehicle), _raised);

        Assert.True(Pictures.CountRed(image) >= 4);
        Assert.True(Pictures.CountAmber(image) >= 4);
    }

    [Fact]
    public void Render_TurnedCar_LooksOtherThanAStraightOne()
    {
        ActorState car = TestScenes.Actor(1, ActorKind.Car, 14, 0);
        ActorState turned = car with { Pose = new Pose(car.Pose.Position, 0.6) };
        ActorState mirrored = car with { Pose = new Pose(car.Pose.Position, -0.6) };

        Assert.True(Pictures.CountDifferent(Clean(TestScenes.With(car), _front), Clean(TestScenes.With(turned), _front), NoiseBound) > 60);
        Assert.True(Pictures.CountDifferent(Clean(TestScenes.With(mirrored), _front), Clean(TestScenes.With(turned), _front), NoiseBound) > 60);
    }

    [Fact]
    public void Render_SteeredWheels_Show()
    {
        ActorState car = TestScenes.Actor(1, ActorKind.Car, 10, 2.5);

        RgbImage straight = Clean(TestScenes.With(car), _front, 448);
        RgbImage steered = Clean(TestScenes.With(car with { Steering = 0.5 }), _front, 448);

        Assert.True(Pictures.CountDifferent(straight, steered, NoiseBound) > 60);
    }

    [Fact]
    public void Render_PedestrianThatLooksLeftOrRight_Differs()
    {
        ActorState left = TestScenes.Actor(1, ActorKind.Pedestrian, 14, 0, Math.PI / 2, ActorColor.Blue);
        ActorState right = left with { Pose = new Pose(left.Pose.Position, -Math.PI / 2) };

        Assert.True(Pictures.CountDifferent(Clean(TestScenes.With(left), _raised), Clean(TestScenes.With(right), _raised), NoiseBound) > 12);
    }

    [Fact]
    public void Render_SignalPhases_ShowTheirColour()
    {
        WorldState empty = TestScenes.Empty(map: TestScenes.Road() with { Signs = [], Buildings = [] });
        foreach (Camera camera in new[] { _front, _raised })
        {
            RgbImage red = Clean(empty, camera);
            RgbImage green = Clean(empty with { Signals = [SignalPhase.Green] }, camera);
            RgbImage yellow = Clean(empty with { Signals = [SignalPhase.Yellow] }, camera);

            Assert.True(Pictures.CountRed(red) >= 3);
            Assert.Equal(0, Pictures.CountRed(green));
            Assert.True(Pictures.CountGreen(green) >= 3);
            Assert.Equal(0, Pictures.CountGreen(red));
            Assert.Equal(0, Pictures.CountGreen(yellow) + Pictures.CountRed(yellow));
        }
    }

    [Fact]
    public void Render_EveryColourAndKind_DiffersAboveTheNoise()
    {
        foreach (TimeOfDay time in Enum.GetValues<TimeOfDay>())
        {
            (string Name, RgbImage Image)[] pictures =
            [
                .. from kind in Enum.GetValues<ActorKind>()
                   from color in Enum.GetValues<ActorColor>()
                   select ($"{kind} {color}", Clean(TestScenes.With(TestScenes.Actor(1, kind, 12, 0, color: color), time), _raised)),
            ];
            for (int i = 0; i < pictures.Length; i++)
            {
                for (int j = i + 1; j < pictures.Length; j++)
                {
                    // A cone is a few pixels; at night so is the difference of two dark colours.
                    int different = Pictures.CountDifferent(pictures[i].Image, pictures[j].Image, 15);
                    Assert.True(different >= 8, $"{time}: {pictures[i].Name} and {pictures[j].Name} differ in {different} bytes.");
                }
            }
        }
    }

    [Fact]
    public void Render_LaneLines_ShowWhetherTheyAreDashed()
    {
        RoadMap dashed = TestScenes.Road() with { Buildings = [] };
        RoadMap solid = dashed with { Lanes = [.. dashed.Lanes.Select(lane => lane.Id == 0 ? lane with { LeftLine = LaneLine.Solid } : lane)] };

        Assert.True(Pictures.CountDifferent(Clean(TestScenes.Empty(map: dashed), _raised), Clean(TestScenes.Empty(map: solid), _raised), NoiseBound) > 60);
    }

    [Fact]
    public void Render_Night_IsDarkerThanDuskAndDay()
    {
        double day = Pictures.Mean(Clean(TestScenes.Street(), _front));
        double dusk = Pictures.Mean(Clean(TestScenes.Street(TimeOfDay.Dusk), _front));
        double night = Pictures.Mean(Clean(TestScenes.Street(TimeOfDay.Night), _front));

        Assert.True(night < 0.6 * dusk);
        Assert.True(dusk < 0.95 * day);
    }

    [Fact]
    public void Render_Fog_FadesWhatIsFar()
    {
        double nearClear = Contrast(8, Weather.Clear);
        double farClear = Contrast(40, Weather.Clear);

        Assert.True(Contrast(8, Weather.Fog) > 0.5 * nearClear);
        Assert.True(Contrast(40, Weather.Fog) < 0.3 * farClear);

        // The greatest difference that a white car makes: a dark one would stand out against fog.
        static double Contrast(double ahead, Weather weather)
        {
            RgbImage without = Clean(TestScenes.Empty(TimeOfDay.Day, weather, TestScenes.Road() with { Signals = [], Buildings = [] }), _front, 200);
            RgbImage with = Clean(TestScenes.With(TestScenes.Actor(1, ActorKind.Car, ahead, 0, color: ActorColor.White), TimeOfDay.Day, weather), _front, 200);
            return without.Pixels.Zip(with.Pixels).Max(pair => pair.Second - pair.First);
        }
    }

    [Fact]
    public void Render_EachWeather_LooksDifferent()
    {
        RgbImage[] pictures = [.. Enum.GetValues<Weather>().Select(weather => Clean(TestScenes.Empty(TimeOfDay.Day, weather), _front))];
        for (int i = 0; i < pictures.Length; i++)
        {
            for (int j = i + 1; j < pictures.Length; j++)
            {
                Assert.True(Pictures.CountDifferent(pictures[i], pictures[j], 15) > 1000);
            }
        }
    }

    [Theory]
    [InlineData(84, 84)]
    [InlineData(1600, 900)]
    [InlineData(1, 1)]
    public void Render_AnySize_HasIt(int width, int height)
    {
        RgbImage image = new SceneRenderer().Render(TestScenes.Street(TimeOfDay.Night, Weather.Rain), _front, width, height, 1);

        Assert.Equal((width, height), (image.Width, image.Height));
    }

    private static RgbImage Clean(WorldState state, Camera camera, int size = Size) => new SceneRenderer(_clean).Render(state, camera, size, size, 1);
}
