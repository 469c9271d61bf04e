using DriveKD.World.Futures;

namespace DriveKD.World.Questions;

/// <summary>
/// What each part of a picture shows, for training a vision tower. The picture is cut into a grid of <see cref="GridSide"/> x <see cref="GridSide"/> tokens; lists go by
/// rows. A value is 0 where no object has enough of the token's pixels, <see cref="Unknown"/> where one has that is no listed object, else 1 + the value of the enumeration.
/// </summary>
public sealed record DenseLabels
{
    /// <summary>Somebody is there of whom too little is seen: no label to learn from.</summary>
    public const sbyte Unknown = -1;

    /// <summary>Tokens along each side.</summary>
    public required int GridSide { get; init; }

    /// <summary><see cref="Actors.ActorKind"/> by token.</summary>
    public required IReadOnlyList<sbyte> Kinds { get; init; }

    /// <summary><see cref="Actors.ActorColor"/> by token.</summary>
    public required IReadOnlyList<sbyte> Colors { get; init; }

    /// <summary><see cref="Motion"/> by token.</summary>
    public required IReadOnlyList<sbyte> Motions { get; init; }

    /// <summary><see cref="LaneSide"/> by token.</summary>
    public required IReadOnlyList<sbyte> Sides { get; init; }

    /// <summary><see cref="DistanceBand"/> by token.</summary>
    public required IReadOnlyList<sbyte> Bands { get; init; }

    /// <summary>Ego's light.</summary>
    public required LightView Light { get; init; }

    /// <summary>A crossing lies ahead.</summary>
    public required bool HasCrossing { get; init; }

    /// <summary>The line on the left: 0 no lane there, 1 dashed, 2 solid.</summary>
    public required int LeftLine { get; init; }

    /// <summary>The line on the right: 0 no lane there, 1 dashed, 2 solid.</summary>
    public required int RightLine { get; init; }

    /// <summary>A listed object crosses the road.</summary>
    public required bool SomebodyCrosses { get; init; }
}
