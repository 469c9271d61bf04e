using DriveKD.Data.Errors;
using DriveKD.World.Scenes;

namespace DriveKD.World.Tests.Scenes;

public class WorldSettingsTests
{
    [Fact]
    public void Check_Defaults_Passes() => new WorldSettings().Check();

    [Fact]
    public void Check_EverythingWrong_NamesAll()
    {
        InputException error = Assert.Throws<InputException>(() => new WorldSettings
        {
            FewestLanes = 0,
            MostLanes = 4,
            VehiclesPerKilometre = -1,
            Pedestrians = -1,
            StraightShare = -1,
            JamProbability = 2,
            WorkZoneProbability = double.NaN,
            SignalShare = -0.1,
            Weather = (Weather)9,
            TimeOfDay = (TimeOfDay)9,
        }.Check());
        Assert.Equal(10, error.Problems.Count);
    }

    [Fact]
    public void Check_MoreThanTheRoadHolds_SaysHowMany()
    {
        InputException error = Assert.Throws<InputException>(() => DrivingWorld.Create(1, new WorldSettings { VehiclesPerKilometre = 300 }));
        Assert.Contains("found 300", error.Message, StringComparison.Ordinal);
        Assert.Contains("at most 55", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_NoKindOfRoad_IsRefused() => Assert.Throws<InputException>(
        () => new WorldSettings { StraightShare = 0, CurveShare = 0, CrossroadsShare = 0, TeeShare = 0 }.Check());

    [Fact]
    public void Create_LightGiven_HasIt()
    {
        WorldState state = DrivingWorld.Create(3, new WorldSettings { TimeOfDay = TimeOfDay.Night, Weather = Weather.Fog }).State;
        Assert.Equal((TimeOfDay.Night, Weather.Fog), (state.TimeOfDay, state.Weather));
    }
}
