using DriveKD.World.Actors;

namespace DriveKD.World.Rendering;

/// <summary>Colours as they are kept while a picture is drawn: a byte of <see cref="PaintKind"/>, then red, green, blue.</summary>
internal static class Paint
{
    public static readonly uint Brake = Of(255, 42, 50, PaintKind.Lamp);
    public static readonly uint Amber = Of(255, 168, 0, PaintKind.Lamp);
    public static readonly uint HeadLamp = Of(255, 250, 215, PaintKind.Lamp);
    public static readonly uint TailLampOff = Of(92, 6, 12);
    public static readonly uint TailLampNight = Of(140, 8, 14, PaintKind.Lamp);
    public static readonly uint Glass = Of(45, 58, 76);
    public static readonly uint Tyre = Of(22, 22, 24);
    public static readonly uint Skin = Of(226, 172, 136);
    public static readonly uint Trousers = Of(50, 52, 70);
    public static readonly uint Metal = Of(120, 122, 126);
    public static readonly uint Dark = Of(32, 33, 36);
    public static readonly uint White = Of(240, 240, 240);

    public static uint Of(int red, int green, int blue, PaintKind kind = PaintKind.Matt) =>
        ((uint)kind << 24) | ((uint)red << 16) | ((uint)green << 8) | (uint)blue;

    public static uint Of(ActorColor color) => color switch
    {
        ActorColor.Red => Of(208, 24, 30),
        ActorColor.Blue => Of(32, 78, 214),
        ActorColor.Green => Of(22, 146, 62),
        ActorColor.White => Of(238, 238, 238),
        ActorColor.Black => Of(30, 30, 34),
        ActorColor.Yellow => Of(248, 210, 28),
        ActorColor.Orange => Of(250, 118, 20),
        _ => throw new ArgumentOutOfRangeException(nameof(color), color, "no colour."),
    };

    /// <summary>The colour, darker or lighter; its kind stays.</summary>
    public static uint Shade(uint paint, double factor) =>
        (paint & 0xFF000000) | (Scale(paint >> 16, factor) << 16) | (Scale(paint >> 8, factor) << 8) | Scale(paint, factor);

    /// <summary>Part way from one colour to another; the kind is the first one's.</summary>
    public static uint Mix(uint from, uint to, double share) =>
        (from & 0xFF000000) | (Blend(from >> 16, to >> 16, share) << 16) | (Blend(from >> 8, to >> 8, share) << 8) | Blend(from, to, share);

    private static uint Scale(uint channel, double factor) => (uint)Math.Min(255, ((channel & 255) * factor) + 0.5);

    private static uint Blend(uint from, uint to, double share) => (uint)(((from & 255) * (1 - share)) + ((to & 255) * share) + 0.5);
}
