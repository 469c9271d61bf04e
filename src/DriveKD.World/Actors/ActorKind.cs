namespace DriveKD.World.Actors;

/// <summary>What an actor is.</summary>
public enum ActorKind
{
    /// <summary>A car.</summary>
    Car,

    /// <summary>A truck.</summary>
    Truck,

    /// <summary>A bus.</summary>
    Bus,

    /// <summary>Somebody on a bicycle.</summary>
    Cyclist,

    /// <summary>Somebody on foot.</summary>
    Pedestrian,

    /// <summary>A traffic cone.</summary>
    Cone,
}
