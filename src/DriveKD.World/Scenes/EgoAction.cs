namespace DriveKD.World.Scenes;

/// <summary>What ego's driver does for one step.</summary>
/// <param name="Acceleration">Metres per second squared, negative to brake; what the vehicle cannot do is cut off.</param>
/// <param name="Steering">Radians of the front wheels, to the left; what the vehicle cannot do is cut off.</param>
/// <param name="Indicator">The indicators.</param>
public readonly record struct EgoAction(double Acceleration, double Steering, Actors.Indicator Indicator = Actors.Indicator.Off);
