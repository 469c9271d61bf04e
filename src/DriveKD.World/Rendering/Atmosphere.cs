using DriveKD.World.Scenes;

namespace DriveKD.World.Rendering;

/// <summary>Light and air of a scene. Far things fade by a rational function of their depth: an exponential differs between machines.</summary>
internal sealed class Atmosphere
{
    private readonly uint _zenith;
    private readonly uint _horizon;

    public Atmosphere(TimeOfDay time, Weather weather)
    {
        (TimeOfDay Time, Weather Weather) light = (time, weather);
        uint gray = Paint.Of(176, 180, 186, PaintKind.Sky);
        (_zenith, _horizon) = light switch
        {
            (TimeOfDay.Night, _) => (Paint.Of(8, 10, 24, PaintKind.Sky), Paint.Of(30, 34, 52, PaintKind.Sky)),
            (TimeOfDay.Dusk, Weather.Clear) => (Paint.Of(86, 92, 146, PaintKind.Sky), Paint.Of(244, 168, 112, PaintKind.Sky)),
            (TimeOfDay.Dusk, _) => (Paint.Of(104, 100, 116, PaintKind.Sky), Paint.Of(168, 140, 128, PaintKind.Sky)),
            (_, Weather.Clear) => (Paint.Of(96, 154, 226, PaintKind.Sky), Paint.Of(204, 222, 240, PaintKind.Sky)),
            (_, Weather.Fog) => (Paint.Of(188, 192, 196, PaintKind.Sky), Paint.Of(198, 201, 204, PaintKind.Sky)),
            (_, Weather.Rain) => (Paint.Of(128, 134, 144, PaintKind.Sky), Paint.Of(164, 168, 174, PaintKind.Sky)),
            _ => (gray, Paint.Of(204, 206, 210, PaintKind.Sky)),
        };
        float cloud = weather switch { Weather.Clear => 1f, Weather.Overcast => 0.86f, Weather.Rain => 0.74f, _ => 0.9f };
        (Red, Green, Blue) = time switch
        {
            TimeOfDay.Night => (0.34f * cloud, 0.36f * cloud, 0.46f * cloud),
            TimeOfDay.Dusk => (0.86f * cloud, 0.7f * cloud, 0.62f * cloud),
            _ => (cloud, cloud, cloud),
        };
        FadeMetres = weather switch { Weather.Fog => 30, Weather.Rain => 110, Weather.Overcast => 320, _ => 450 };
        IsNight = time == TimeOfDay.Night;
        IsRaining = weather == Weather.Rain;
        Contrast = weather == Weather.Clear ? 1 : 0.65;
    }

    /// <summary>Factors of what is lit by the sky.</summary>
    public float Red { get; }

    /// <inheritdoc cref="Red"/>
    public float Green { get; }

    /// <inheritdoc cref="Red"/>
    public float Blue { get; }

    /// <summary>Where half of a thing's colour is the horizon's.</summary>
    public float FadeMetres { get; }

    public bool IsNight { get; }

    public bool IsRaining { get; }

    /// <summary>How strongly the light has a direction.</summary>
    public double Contrast { get; }

    /// <summary>What far things fade to.</summary>
    public uint Horizon => _horizon;

    /// <summary>The sky at a tangent above the horizon.</summary>
    public uint Sky(double tangent) => Paint.Mix(_horizon, _zenith, Math.Min(1, Math.Max(0, tangent * 2.2)));
}
